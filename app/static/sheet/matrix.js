// One seed at several temperatures: T_xy from left to right, T_p from top to bottom.

import { at, drawPath, drawing } from "../service/service.js";
import { Sketch } from "../paper/sketch.js";
import { quoted } from "../take-away/shell.js";

const TEMPERATURES = [0.1, 0.4, 0.7, 1, 1.3];

function cell(kind, text, scope) {
  const element = document.createElement(kind);
  if (scope) element.scope = scope;
  element.textContent = text;
  return element;
}

/** Fill `box` with the table; `show(sketch)` makes what stands in a cell. Raises what the service says. */
export async function matrixTable(box, slug, seed, show, signal) {
  const table = document.createElement("table");
  const caption = document.createElement("caption");
  caption.textContent = "Temperature of the moves from left to right, of the pen from top to bottom.";
  const head = document.createElement("tr");
  head.append(cell("td", ""), ...TEMPERATURES.map((value) => cell("th", value, "col")));
  table.append(caption, document.createElement("thead"), document.createElement("tbody"));
  table.tHead.append(head);
  const waits = [];
  for (const temp_p of TEMPERATURES) {
    const row = document.createElement("tr");
    row.append(cell("th", temp_p, "row"));
    for (const temp_xy of TEMPERATURES) {
      const place = cell("td", "");
      row.append(place);
      const fill = (json) => place.append(show(Sketch.from(json, slug)));
      waits.push(drawing(slug, { seed, temp_xy, temp_p }, signal).then(fill));
    }
    table.tBodies[0].append(row);
  }
  box.replaceChildren(table);
  await Promise.all(waits);
}

/** What asks the service for all of them in a shell: curl puts each of what braces hold into the address, and the name. */
export function matrixCommand(slug, seed) {
  const each = `{${TEMPERATURES.join(",")}}`;
  return `curl -s ${quoted(`${at(drawPath(slug, { seed }))}&temp_xy=${each}&temp_p=${each}`)} -o ${quoted(`${slug}-#1-#2.svg`)}`;
}
