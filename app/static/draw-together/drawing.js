// A drawing of two hands: what stays of it, the machine's ending until that is kept, and what was undone.

import { Beginning } from "./beginning.js";

export class Drawing {
  /** `about()`: what a sketch of it is about, but for the seed. */
  constructor(about) {
    this.about = about;
    this.begun = new Beginning();
    this.ending = null; // a sketch with the machine's part too
    this.seed = undefined; // of the ending
    this.undone = []; // the last of it is the first to come back: {strokes} or {ending}
  }

  get length() {
    return this.begun.length;
  }

  /** What stays, as a sketch. */
  base() {
    return this.begun.sketch({ ...this.about(), seed: this.seed });
  }

  /** What is on the paper. */
  get sketch() {
    return this.ending ?? this.base();
  }

  /** An ending begins, as the service says. */
  begin({ system, seed, seed_text, temp_xy, temp_p }) {
    this.ending = this.base();
    Object.assign(this.ending.about, { system, seed, seed_text, temp_xy, temp_p });
    return this.ending;
  }

  /** What asks the service for the ending, or for any where there is none. */
  get wish() {
    const { seed, temp_xy, temp_p, at } = this.sketch.about;
    return { ...this.begun.wish, temp_xy, temp_p, ...(this.ending && { seed, at }) };
  }

  /** The person drew a stroke; what the machine drew last is gone. */
  add(points) {
    this.begun.add(points);
    this.undone = [];
  }

  /** The ending stays. */
  keep() {
    this.begun.keep(this.ending);
    this.ending = null;
    this.undone = [];
  }

  /** Take the ending back, or else what was added last. */
  undo() {
    this.undone.push(this.ending ? { ending: this.ending } : { strokes: this.begun.undo() });
    this.ending = null;
  }

  /** Bring back what was undone last; the ending, where it is one. */
  redo() {
    const { ending, strokes } = this.undone.pop();
    if (strokes) this.begun.redo(strokes);
    return ending;
  }

  clear() {
    this.begun.clear();
    this.ending = null;
    this.undone = [];
  }
}
