// A drawing that others are to be like: one of ours, by its seed, or one that an address has the strokes of.

import { Beginning } from "../draw-together/beginning.js";
import { anySeed, drawing } from "../service/service.js";
import { Sketch } from "../paper/sketch.js";

export class Original {
  /** `like`: a seed; `given`: strokes as text, which come before it. Any drawing of ours where there is neither. */
  constructor(category, { like, given }) {
    this.category = category;
    this.begun = new Beginning();
    if (given) this.begun.read(given);
    this.like = this.begun.length ? undefined : (like ?? anySeed());
  }

  /** Whether somebody gave its strokes. */
  get isGiven() {
    return this.begun.length > 0;
  }

  /** What the service knows it by. */
  get wish() {
    return this.isGiven ? { strokes: this.begun.wish.strokes } : { like: this.like };
  }

  get given() {
    return this.begun.text;
  }

  /** In words. */
  get name() {
    return this.isGiven ? "yours" : `seed ${this.like}`;
  }

  /** The drawing itself, which the service has to draw where it is ours. */
  async sketch(signal) {
    const { name, slug } = this.category;
    if (this.isGiven) return this.begun.sketch({ category: name, slug });
    return Sketch.from(await drawing(slug, { seed: this.like }, signal), slug);
  }
}
