// Nine endings at once, to choose from.

import { anySeed, complete } from "../service/service.js";
import { svgElement, viewBox } from "../paper/svg.js";

/** Nine ways to go on; `base()` is a sketch with what is drawn already. */
export async function nine(slug, wish, base, signal) {
  const drawings = await complete(slug, { ...wish, seed: anySeed(), count: 9 }, signal);
  return drawings.map(({ stroke5, given_rows, seed, ended }) => {
    const sketch = base();
    for (const row of stroke5.slice(given_rows)) sketch.add(row);
    sketch.cut = !ended;
    sketch.about.seed = seed;
    return sketch;
  });
}

/** Bounds that hold those of all. */
function around(sketches) {
  const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => sketches.map(({ bounds }) => bounds[side]));
  return [Math.min(...left), Math.min(...top), Math.max(...right), Math.max(...bottom)];
}

export class Endings {
  /** `onChoose(sketch)`. */
  constructor(box, button, onChoose) {
    this.box = box;
    this.button = button;
    this.onChoose = onChoose;
    box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
  }

  get open() {
    return !this.box.hidden;
  }

  /** Show the sketches that `load(signal)` brings. */
  async show(load) {
    this.coming?.abort();
    this.coming = new AbortController();
    this.box.replaceChildren();
    this.#look(true);
    try {
      const sketches = await load(this.coming.signal);
      const box = viewBox(around(sketches)); // one for all, so that what was given looks the same in each
      this.box.replaceChildren(...sketches.map((sketch, i) => this.#choice(sketch, i, box)));
      this.box.firstChild.focus();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close() {
    this.coming?.abort();
    if (this.box.contains(document.activeElement)) this.button.focus();
    this.#look(false);
  }

  #choice(sketch, i, box) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Ending ${i + 1}, seed ${sketch.about.seed}`);
    button.append(svgElement(sketch));
    button.firstChild.setAttribute("viewBox", box);
    button.addEventListener("click", () => {
      this.close();
      this.onChoose(sketch);
    });
    return button;
  }

  #look(open) {
    this.box.hidden = !open;
    this.button.setAttribute("aria-expanded", open);
  }
}
