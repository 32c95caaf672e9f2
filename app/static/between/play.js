// Goes along the way by itself, from one end to the other.

import { still } from "../paper/paper.js";

const LASTS = 7; // seconds for all of the way

export class Play {
  /** `onStep(part)` of the way, in each frame; `onChange(playing)` when it begins and ends. */
  constructor(onStep, onChange) {
    this.tell = { onStep, onChange };
    this.frame = 0;
  }

  get playing() {
    return this.frame !== 0;
  }

  /** Go on from a place to the end; from the beginning where that is the end. */
  start(at) {
    this.at = at < 1 ? at : 0;
    this.last = 0;
    this.frame = requestAnimationFrame((now) => this.#step(now));
    this.tell.onChange(true);
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.tell.onChange(false);
  }

  /** Whoever prefers less motion sees one drawing after the other rather than what flows. */
  #step(now) {
    const passed = this.last ? (now - this.last) / 1000 : 0;
    this.last = now;
    this.at = Math.min(1, this.at + passed / LASTS);
    this.tell.onStep(this.at, still.matches);
    if (this.at === 1) this.stop();
    else this.frame = requestAnimationFrame((next) => this.#step(next));
  }
}
