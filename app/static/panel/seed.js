// The seed of what is on the screen, to be read and to be changed.

import { onRestored } from "./restored.js";
import { NO_SEED, seedOf } from "../service/address.js";
import { anySeed } from "../service/service.js";

const LEFTWARD = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/; // Hebrew, Arabic and their like

/** A seed within a sentence: one that is read from the right takes no numbers after it along. */
export const inText = (seed) => (LEFTWARD.test(seed) ? `\u2068${seed}\u2069` : seed);

export class SeedField {
  /** `onSow(seed)`: the person wants this one, or any where they left it empty. `onSlip(text)`: it is none. */
  constructor(input, { onSow, onSlip }) {
    this.input = input;
    this.shown = "";
    onRestored(() => this.show(this.shown));
    input.addEventListener("change", () => {
      const seed = input.value.trim() ? seedOf(input.value) : anySeed();
      if (Number.isNaN(seed)) onSlip(`That ${NO_SEED}`);
      else onSow(seed);
    });
  }

  show(seed) {
    this.input.value = this.shown = seed;
  }
}
