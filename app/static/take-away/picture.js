// What is on the screen as one picture: a sketch, or several side by side.

import { PRINT, WIDTH, firstPoints, inkStrokes } from "../paper/ink.js";

const MARGIN = 4 + WIDTH / 2;
const CELL = 280; // of a sheet, in pixels of the drawings

/** Where each sketch of a picture is: `corner`, `width` and `height` of all, and of each cell where and how large. */
export function picture(sketches, columns, title) {
  if (sketches.length === 1) {
    const [left, top, right, bottom] = sketches[0].bounds;
    const size = { width: right - left + 2 * MARGIN, height: bottom - top + 2 * MARGIN };
    return { title, corner: [left - MARGIN, top - MARGIN], ...size, cells: [{ sketch: sketches[0], x: 0, y: 0, scale: 1 }] };
  }
  const cells = sketches.map((sketch, i) => {
    const [left, top, right, bottom] = sketch.bounds;
    const scale = Math.min(1, CELL / (Math.max(right - left, bottom - top) + 2 * MARGIN));
    const x = ((i % columns) + 0.5) * CELL - (scale * (left + right)) / 2;
    const y = (Math.floor(i / columns) + 0.5) * CELL - (scale * (top + bottom)) / 2;
    return { sketch, x, y, scale };
  });
  const rows = Math.ceil(sketches.length / columns);
  return { title, corner: [0, 0], width: columns * CELL, height: rows * CELL, cells };
}

/** Colours of a picture: the machine has one of its own only where a person drew too. */
export function printColours({ cells }) {
  const together = cells.some(({ sketch }) => sketch.strokes.some(({ by }) => by === "person"));
  return { person: PRINT.person, machine: together ? PRINT.machine : PRINT.person };
}

/** A canvas with the picture, `longest` pixels on its longer side, up to `part` (0 to 1) of its points: a new one, or one used before. */
export function raster(picture, longest, part = 1, canvas = document.createElement("canvas")) {
  const { cells, corner, width, height } = picture;
  const zoom = longest / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * zoom));
  canvas.height = Math.max(1, Math.round(height * zoom));
  const context = canvas.getContext("2d", { willReadFrequently: part < 1 });
  context.fillStyle = PRINT.paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const colour = printColours(picture);
  for (const { sketch, x, y, scale } of cells) {
    context.setTransform(zoom * scale, 0, 0, zoom * scale, zoom * (x - corner[0]), zoom * (y - corner[1]));
    const all = sketch.strokes.reduce((sum, { points }) => sum + points.length, 0);
    const strokes = part < 1 ? firstPoints(sketch.strokes, Math.ceil(all * part)) : sketch.strokes;
    inkStrokes(context, strokes, (by) => colour[by], WIDTH / scale);
  }
  return canvas;
}
