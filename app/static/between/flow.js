// What is seen between two drawings of a way: lines that lie near each other flow into one another, the others fade.

const GRAIN = 40; // points of a line that flows
const TURN = 5; // points from one start to the next that a ring is tried from
const OPEN = 0.12; // of its length, between the ends of a line that is no ring
const FAR = 110; // pixels that a line flows at most: one that has farther to go fades

/** Strokes with the middle of their box at [0, 0]. */
export function centred({ strokes, bounds: [left, top, right, bottom] }) {
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map(({ by, points }) => ({ by, points: points.map((point) => point.map((value, i) => value - middle[i])) }));
}

/** How strokes become others: a function of the part of the way (0 to 1) that gives strokes, some with an `alpha`. */
export function flow(first, second) {
  const pairs = paired(first.map(grained), second.map(grained));
  const [ones, others] = [new Set(pairs.map(({ one }) => one)), new Set(pairs.map(({ other }) => other))];
  const gone = first.filter((_, i) => !ones.has(i));
  const come = second.filter((_, i) => !others.has(i));
  return (part) => {
    if (part <= 0) return first;
    if (part >= 1) return second;
    return [
      ...pairs.map(({ from, to }) => ({ by: "machine", points: from.map((point, i) => mixed(point, to[i], part)) })),
      ...gone.map((stroke) => ({ ...stroke, alpha: 1 - part })),
      ...come.map((stroke) => ({ ...stroke, alpha: part })),
    ];
  };
}

const mixed = (one, other, part) => one.map((value, i) => value + (other[i] - value) * part);

/** Points at even distances along a stroke. */
function grained({ points }) {
  const lengths = [0];
  for (let i = 1; i < points.length; i++) {
    lengths.push(lengths[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  }
  const found = [];
  for (let step = 0, i = 0; step < GRAIN; step++) {
    const wanted = (lengths.at(-1) * step) / (GRAIN - 1);
    while (i < points.length - 2 && lengths[i + 1] < wanted) i++;
    const piece = lengths[i + 1] - lengths[i];
    found.push(piece > 0 ? mixed(points[i], points[i + 1], Math.min(1, (wanted - lengths[i]) / piece)) : points[i]);
  }
  return found;
}

/** The nearest lines of both, each with one of the other at most. */
function paired(first, second) {
  const all = first.flatMap((from, one) =>
    second.flatMap((line, other) => turned(line, isClosed(from)).map((to) => ({ one, other, from, to, far: apart(from, to) }))),
  );
  all.sort((a, b) => a.far - b.far);
  const [ones, others] = [new Set(), new Set()];
  return all.filter(({ one, other, far }) => {
    if (far > FAR || ones.has(one) || others.has(other)) return false;
    ones.add(one);
    others.add(other);
    return true;
  });
}

/** A line in both directions; a ring beside another from several of its points on, or the two would cross as they flow. */
function turned(line, besideRing) {
  const starts = besideRing && isClosed(line) ? [...Array(GRAIN / TURN).keys()].map((i) => i * TURN) : [0];
  const lines = starts.map((start) => [...line.slice(start), ...line.slice(0, start)]);
  return [...lines, ...lines.map((each) => each.toReversed())];
}

/** Whether a grained line ends about where it begins. */
function isClosed(line) {
  const length = line.slice(1).reduce((sum, point, i) => sum + Math.hypot(point[0] - line[i][0], point[1] - line[i][1]), 0);
  const gap = Math.hypot(line[0][0] - line.at(-1)[0], line[0][1] - line.at(-1)[1]);
  return gap < OPEN * length;
}

function apart(one, other) {
  return one.reduce((sum, [x, y], i) => sum + Math.hypot(x - other[i][0], y - other[i][1]), 0) / one.length;
}
