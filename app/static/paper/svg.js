// Drawings as SVG: one path for each stroke, as the service writes them.

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 3; // of a line, in pixels of the drawing
const MARGIN = 4 + WIDTH / 2;

const decimal = (value) => value.toFixed(1).replace(/^-0\.0$/, "0.0");

/** Path data through points; a lone point becomes a dot, a line of no length with round ends. */
export function pathData(points) {
  const pairs = points.map(([x, y]) => `${decimal(x)} ${decimal(y)}`);
  return `M${(pairs.length > 1 ? pairs : [...pairs, ...pairs]).join(" L")}`;
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
