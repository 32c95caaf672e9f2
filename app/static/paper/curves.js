// Smooth ink: cubic Bézier curves through the points of a stroke, the same as `model/picture/curves.py` makes.

const SHARP = (80 * Math.PI) / 180; // a turn of more is a corner
const BLUNT = (45 * Math.PI) / 180; // so is one of more where an arc would leave its chord by more than
const STRAYED = 2; // pixels
const CLOSED = 3; // pixels between the ends of a stroke that goes round
const PARTS = 8; // of a curve that are looked at for its bounds

const plus = ([x, y], [dx, dy], scale = 1) => [x + scale * dx, y + scale * dy];
const between = (a, b, part) => plus(a, [b[0] - a[0], b[1] - a[1]], part);

function chord([x, y], [toX, toY]) {
  const length = Math.hypot(toX - x, toY - y);
  return { way: [(toX - x) / (length || 1), (toY - y) / (length || 1)], length, root: Math.sqrt(length) };
}

/** Whether a stroke goes round from one chord to the next, and has no corner there. */
function isRound({ way: [x, y], length }, { way: [toX, toY], length: next }) {
  const turn = Math.abs(Math.atan2(x * toY - y * toX, x * toX + y * toY));
  const shorter = Math.min(length, next);
  const isArc = turn <= SHARP && shorter * Math.tan(turn / 4) <= 2 * STRAYED;
  return shorter > 0 && (isArc || turn <= BLUNT);
}

function through(points, isWhole) {
  const line = points.length > 1 ? points : [points[0], points[0]];
  const chords = line.slice(1).map((to, i) => chord(line[i], to));
  const count = chords.length;
  const closes = isWhole && count > 2 && chord(line[0], line[count]).length <= CLOSED;
  const [leave, arrive] = [Array(count), Array(count)]; // from the ends to the control points
  for (let i = 0; i < (closes ? count : count - 1); i++) {
    const j = (i + 1) % count;
    const [one, two] = [chords[i], chords[j]];
    if (!isRound(one, two)) continue;
    const bisector = plus(one.way, two.way);
    const weight = (one.root * two.root) / (3 * (one.root + two.root));
    arrive[i] = bisector.map((value) => value * weight * one.root);
    leave[j] = bisector.map((value) => value * weight * two.root);
  }
  return chords.map(({ way, length }, i) => {
    const third = way.map((value) => (value * length) / 3);
    const away = leave[i] ?? (arrive[i] ? plus(third.map((value) => 2 * value), arrive[i], -1) : third);
    const back = arrive[i] ?? (leave[i] ? plus(third.map((value) => 2 * value), leave[i], -1) : third);
    return [line[i], plus(line[i], away), plus(line[i + 1], back, -1), line[i + 1]];
  });
}

const known = new WeakMap(); // points -> what was made of them: a drawing is painted many times, and grows at its end

function of(points, isWhole) {
  const before = known.get(points);
  if (before?.length === points.length && before.isWhole === isWhole) return before;
  const made = { length: points.length, isWhole, curves: through(points, isWhole) };
  known.set(points, made);
  return made;
}

/** Curves of four points each through a stroke; it may close only when it `isWhole`. A lone point is one of no length. */
export function curves(points, isWhole = true) {
  return of(points, isWhole).curves;
}

/** The first `until` curves, the last of them in part. */
export function first(all, until) {
  const whole = all.slice(0, Math.floor(until));
  const rest = all[whole.length];
  if (!rest) return whole;
  const part = until - whole.length;
  const [a, b, c, d] = rest;
  const [ab, bc, cd] = [between(a, b, part), between(b, c, part), between(c, d, part)];
  const [abc, bcd] = [between(ab, bc, part), between(bc, cd, part)];
  return [...whole, [a, ab, abc, between(abc, bcd, part)]];
}

/** [left, top, right, bottom] of strokes' ink, bulges too, but not its width. */
export function boundsOf(strokes, box = [Infinity, Infinity, -Infinity, -Infinity]) {
  const found = [...box];
  for (const { points } of strokes) {
    const made = of(points, true);
    made.box ??= boxOf(made.curves);
    made.box.forEach((side, i) => (found[i] = i < 2 ? Math.min(found[i], side) : Math.max(found[i], side)));
  }
  return found;
}

function boxOf(all) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [a, b, c, d] of all) {
    for (let k = 0; k <= PARTS; k++) {
      const [t, u] = [k / PARTS, 1 - k / PARTS];
      for (const axis of [0, 1]) {
        const at = u ** 3 * a[axis] + 3 * t * u * (u * b[axis] + t * c[axis]) + t ** 3 * d[axis];
        box[axis] = Math.min(box[axis], at);
        box[axis + 2] = Math.max(box[axis + 2], at);
      }
    }
  }
  return box;
}
