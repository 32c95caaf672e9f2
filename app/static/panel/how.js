// The panel that says how it works, and what the network on the screen was made of.

import { card } from "../service/service.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

function item(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

/** `category()`: the one on the screen. */
export function howItWorks(category) {
  const dialog = $("panel");
  $("how").addEventListener("click", () => {
    dialog.showModal();
    fill(category());
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
}

async function fill(category) {
  for (const id of ["made-title", "made", "data"]) $(id).hidden = !category;
  if (!category) return; // the page has just been opened
  $("made-title").textContent = `What drew this ${category.name}`;
  $("made").textContent = "…";
  $("data").replaceChildren();
  try {
    const { system, hidden, mixtures, data, nats: all, subjects } = await card(category.slug);
    const [{ nats: own, recognised }] = subjects;
    const nats = own ?? all;
    const clouds = mixtures > 0 ? ` and ${mixtures} clouds for the next move` : "";
    const score = nats ? ` It scores ${nats.total.toFixed(2)} nats a point; less is better.` : "";
    const known = recognised ? ` A classifier recognises ${Math.round(100 * recognised)} % of its drawings.` : "";
    $("made").textContent = `The network ${system}: an LSTM with ${hidden} units${clouds}.${score}${known} It learnt from`;
    const said = ({ source, count, licence }) => item(`${number.format(count)} drawings: ${source} (${licence})`);
    $("data").replaceChildren(...data.map(said));
  } catch (error) {
    $("made").textContent = error.message;
  }
}
