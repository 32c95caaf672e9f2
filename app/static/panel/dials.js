// The two sliders of temperature.

import { onRestored } from "./restored.js";

const NAMES = ["temp_xy", "temp_p"];
const $ = (id) => document.getElementById(id);

export class Dials {
  /** `onHeat(changes, settled)`: a slider moves; `settled` once it is let go. */
  constructor(onHeat) {
    this.values = {}; // empty: as recommended, whatever that is
    for (const name of NAMES) {
      $(name).addEventListener("input", () => onHeat(this.#read(name), false));
      $(name).addEventListener("change", () => onHeat(this.#read(name), true));
    }
    onRestored(() => this.set({}));
    $("recommended").addEventListener("click", () => {
      this.set(this.recommended);
      onHeat({ ...this.values }, true);
    });
  }

  /** What the category's network draws best at. */
  recommend({ temp_xy, temp_p }) {
    this.recommended = { temp_xy, temp_p };
  }

  set(temperatures) {
    for (const name of NAMES) {
      const value = temperatures[name] ?? this.values[name];
      if (value === undefined) continue;
      this.values[name] = value;
      $(name).max = Math.max(2, value); // an address may name more
      $(name).value = value;
      $(`${name}_value`).textContent = this.#text(value);
    }
    $("recommended").disabled = this.isRecommended;
  }

  get isRecommended() {
    return NAMES.every((name) => this.values[name] === this.recommended?.[name]);
  }

  #read(name) {
    const value = Number($(name).value);
    this.set({ [name]: value });
    return { [name]: value };
  }

  #text(value) {
    return String(Math.round(value * 100) / 100);
  }
}
