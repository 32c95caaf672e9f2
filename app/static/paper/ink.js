// Lines on a canvas, and the colours of the page for them.

export const WIDTH = 3; // of a line, in pixels of the drawing

/** The page's colours, dark or light as it is now. */
export function colours(element = document.documentElement) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: of("ink"), machine: of("machine"), belief: of("belief"), faint: of("faint") };
}

/** What drawings are taken away in: dark on white, whatever the page looks like. */
export const PRINT = { person: "#1d1f24", machine: "#c2410c", paper: "#ffffff" };

/** Draw strokes in the context's own units; `colour(by)` is who draws in what. */
export function inkStrokes(context, strokes, colour, width = WIDTH) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width;
  for (const { by, points, alpha = 1 } of strokes) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour(by);
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points.length > 1 ? points.slice(1) : points) context.lineTo(...point);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The first `count` points of strokes, in the order in which they were drawn. */
export function firstPoints(strokes, count) {
  const found = [];
  for (const { by, points } of strokes) {
    if (count <= 0) break;
    found.push({ by, points: points.slice(0, count) });
    count -= points.length;
  }
  return found;
}
