// Ink on a canvas, and the colours of the page for it.

import { curves, first } from "./curves.js";

export const WIDTH = 3; // of a line, in pixels of the drawing

/** The page's colours, dark or light as it is now. */
export function colours(element = document.documentElement) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: of("ink"), machine: of("machine"), belief: of("belief"), faint: of("faint") };
}

/** What drawings are taken away in: dark on white, whatever the page looks like. */
export const PRINT = { person: "#1d1f24", machine: "#c2410c", paper: "#ffffff" };

/** Draw strokes in the context's own units, `until` so many curves of each; `colour(by)` is who draws in what. */
export function inkStrokes(context, strokes, colour, width = WIDTH) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width;
  for (const { by, points, until = Infinity, isWhole = true, alpha = 1 } of strokes) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour(by);
    context.beginPath();
    context.moveTo(...points[0]);
    for (const [, b, c, d] of first(curves(points, isWhole), until)) context.bezierCurveTo(...b, ...c, ...d);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Strokes up to the first `count` points of all, in the order in which they were drawn. */
export function firstPoints(strokes, count) {
  const found = [];
  for (const { by, points } of strokes) {
    if (count <= 0) break;
    found.push({ by, points, until: count - 1 });
    count -= points.length;
  }
  return found;
}
