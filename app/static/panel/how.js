// The panel that says how it works, and what the network on the screen was made of.

import { card } from "../service/service.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

function item(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

/** `shown()`: {category, system} of what is on the screen; null while that is not known. */
export function howItWorks(shown) {
  const dialog = $("panel");
  $("how").addEventListener("click", () => {
    dialog.showModal();
    fill(shown());
  });
  dialog.addEventListener("click", (event) => isBeside(event, dialog) && dialog.close());
}

/** Whether a click was beside a dialog: what lies between its paragraphs is the dialog, too. */
function isBeside({ target, clientX: x, clientY: y }, dialog) {
  const { left, top, right, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}

async function fill(shown) {
  for (const id of ["made-title", "made", "data"]) $(id).hidden = !shown;
  if (!shown) return;
  const title = `What drew this: ${shown.category.name}`;
  $("made-title").textContent = title;
  $("made").textContent = "…";
  $("data").replaceChildren();
  const [text, data] = await card(shown.category.slug, shown.system).then(told, (error) => [error.message, []]);
  if ($("made-title").textContent !== title) return; // opened again for another meanwhile
  $("made").textContent = text;
  $("data").replaceChildren(...data);
}

/** A card in words, and what the network learnt from. */
function told({ system, hidden, mixtures, data, nats: all, subjects }) {
  const [{ nats: own, recognised }] = subjects;
  const nats = own ?? all;
  const memory = system === "feedforward" ? `a layer of ${hidden} units, and no memory` : `an LSTM with ${hidden} units`;
  const clouds = mixtures > 1 ? ` and ${mixtures} clouds for the next move` : "";
  const score = nats ? ` It scores ${nats.total.toFixed(2)} nats a point; less is better.` : "";
  const known = recognised ? ` A classifier recognises ${Math.round(100 * recognised)} % of its drawings.` : "";
  const said = ({ source, count, licence }) => item(`${number.format(count)} drawings: ${source} (${licence})`);
  return [`The network ${system}: ${memory}${clouds}.${score}${known} It learnt from`, data.map(said)];
}
