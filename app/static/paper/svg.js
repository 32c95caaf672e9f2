// Drawings as SVG: one path for each stroke, with the curves that the service has.

import { curves } from "./curves.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 3; // of a line, in pixels of the drawing
const MARGIN = 4 + WIDTH / 2;

const decimal = (value) => String(Number(value.toFixed(1)) + 0); // no -0

/** Path data through points; a lone point becomes a dot, a curve of no length with round ends. */
export function pathData(points) {
  const pair = ([x, y]) => `${decimal(x)} ${decimal(y)}`;
  const pieces = curves(points).map((curve) => `C${curve.slice(1).map(pair).join(" ")}`);
  return `M${pair(points[0])}${pieces.join("")}`;
}

/** "x y width height" around bounds, with room for the line. */
export function viewBox([left, top, right, bottom]) {
  return [left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN].map(decimal).join(" ");
}

/** An element that shows a sketch; `machine` and `person` are classes of its strokes. */
export function svgElement(sketch) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", viewBox(sketch.bounds));
  svg.setAttribute("aria-hidden", "true");
  for (const { by, points } of sketch.strokes) {
    const path = document.createElementNS(NAMESPACE, "path");
    path.setAttribute("d", pathData(points));
    path.setAttribute("class", by);
    svg.append(path);
  }
  return svg;
}

/** A document of sketches in a grid; `colours` by who drew. */
export function svgText(picture, colours) {
  const { cells, width, height, title } = picture;
  const groups = cells.map(({ sketch, x, y, scale }) => {
    const paths = sketch.strokes.map(
      ({ by, points }) => `<path stroke="${colours[by]}" d="${pathData(points)}"/>`,
    );
    const place = scale === 1 && !x && !y ? "" : ` transform="translate(${decimal(x)} ${decimal(y)}) scale(${scale.toFixed(4)})"`;
    return `<g${place} stroke-width="${(WIDTH / scale).toFixed(2)}">${paths.join("")}</g>`;
  });
  const text = new Option(title).innerHTML; // escaped
  const [left, top] = picture.corner.map(decimal);
  return (
    `<svg xmlns="${NAMESPACE}" viewBox="${left} ${top} ${decimal(width)} ${decimal(height)}">` +
    `<title>${text}</title><g fill="none" stroke-linecap="round" stroke-linejoin="round">${groups.join("")}</g></svg>\n`
  );
}
