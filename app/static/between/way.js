// The drawings on the way from one to another, and what is seen anywhere on it.

import { centred, flow } from "./flow.js";
import { Sketch } from "../paper/sketch.js";

export class Way {
  /** `found`: what the service answers. */
  constructor(found) {
    this.sketches = found.drawings.map((json) => Sketch.from(json));
    this.lines = this.sketches.map(centred);
    this.flows = new Map(); // number of the drawing before -> how it becomes the next
  }

  /** Strokes at a place of the way, from 0 to 1. */
  strokes(at) {
    const last = this.lines.length - 1;
    const before = Math.min(last - 1, Math.floor(at * last));
    if (!this.flows.has(before)) this.flows.set(before, flow(this.lines[before], this.lines[before + 1]));
    return this.flows.get(before)(at * last - before);
  }

  /** The place of the drawing that is nearest. */
  nearest(at) {
    const last = this.lines.length - 1;
    return Math.round(at * last) / last;
  }
}
