// Fewer points for the same line (Ramer 1972; Douglas and Peucker 1973), as in the drawings that the networks know.

/** Those of the points without which the line would be off by more than `epsilon`; the ends always. */
export function simplify(points, epsilon = 2) {
  const keep = new Set([0, points.length - 1]);
  const pieces = [[0, points.length - 1]];
  while (pieces.length) {
    const [first, last] = pieces.pop();
    let [farthest, most] = [0, epsilon];
    for (let i = first + 1; i < last; i++) {
      const off = distance(points[i], points[first], points[last]);
      if (off > most) [farthest, most] = [i, off];
    }
    if (!farthest) continue;
    keep.add(farthest);
    pieces.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, i) => keep.has(i));
}

/** Of a point from the stretch between two others. */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const part = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}
