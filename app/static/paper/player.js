// Plays the rows of a drawing on the paper: point by point at a pace, or as they come.

import { heated } from "./belief.js";
import { still } from "./paper.js";

const CALM = 3; // rows that may wait before it hurries

export class Player {
  /** `onEnd()`: the last row is on the paper. `onBelief(belief or null)`: what the row in progress is drawn from. */
  constructor(paper, { onEnd, onBelief = () => {} }) {
    this.paper = paper;
    this.onEnd = onEnd;
    this.onBelief = onBelief;
    this.pace = 20; // points a second; Infinity: as they come
    this.paused = false;
    this.together = false;
    this.temperatures = [1, 1];
    this.frame = 0;
    this.sketch = null;
  }

  /** Play on this sketch; rows come by `feed`, the last of them before `close`. */
  begin(sketch) {
    this.sketch = sketch;
    this.queue = [];
    this.part = 0; // of the row in progress that is done
    this.closed = false;
    this.paused = false;
    this.last = 0;
    this.#tick();
  }

  feed(rows, beliefs) {
    rows.forEach((row, i) => this.queue.push([row, beliefs?.[i] ?? undefined]));
    this.#wake();
  }

  close() {
    this.closed = true;
    this.#wake();
  }

  /** Forget what is played. */
  drop() {
    this.sketch = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  get playing() {
    return this.sketch !== null && !(this.closed && !this.queue.length);
  }

  pause(paused) {
    this.paused = paused;
    this.last = 0;
    this.#wake();
  }

  #wake() {
    this.frame ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now = 0) {
    this.frame = 0;
    if (!this.sketch) return;
    const passed = this.last ? (now - this.last) / 1000 : 0;
    this.last = now;
    if (!this.paused) this.#advance(passed);
    this.#show();
    if (this.closed && !this.queue.length) this.#finish();
    else if (!this.paused && this.queue.length) this.#wake();
    else this.last = 0; // nothing to play: the time does not count
  }

  #advance(passed) {
    const hurry = 1 + Math.max(0, this.queue.length - CALM - this.pace / 15) / 8;
    this.part = this.pace === Infinity ? this.queue.length : this.part + passed * this.pace * hurry;
    while (this.part >= 1 && this.queue.length) {
      this.sketch.add(...this.queue.shift());
      this.part -= 1;
    }
    if (!this.queue.length) this.part = 0;
  }

  #show() {
    const { sketch } = this;
    const [row, belief] = this.queue[0] ?? [];
    const scene = { sketch, together: this.together, pen: null, trail: null, belief: null };
    if (row && belief) scene.belief = { raw: belief, hot: heated(belief, ...this.temperatures) };
    if (!sketch.ended && !this.#done()) {
      const part = row && !row[4] && !still.matches ? this.part : 0;
      const to = row ? sketch.next(row) : sketch.at;
      const at = sketch.at.map((from, i) => from + (to[i] - from) * part);
      scene.pen = { at, down: sketch.down };
      if (sketch.down && part) scene.trail = { by: "machine", points: [sketch.at, at] };
    }
    this.onBelief(scene.belief);
    this.paper.show(scene);
    if (!this.marked && (scene.trail || sketch.strokes.length)) this.marked = performance.mark("first stroke");
    if (!sketch.strokes.length) return;
    if (this.together) this.paper.widen(sketch.bounds);
    else this.paper.follow(sketch.bounds, sketch.ended);
  }

  #done() {
    return this.closed && !this.queue.length;
  }

  #finish() {
    this.onBelief(null);
    this.onEnd();
  }
}
