// Plays the rows of a drawing on the paper: point by point at a pace, or as they come.

import { heated } from "./belief.js";
import { curves, first } from "./curves.js";
import { still } from "./paper.js";
import { END, LIFT } from "./sketch.js";

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
    this.bunch = 0; // rows that came at a time: the service sends more where many watch
    this.part = 0; // of the row in progress that is done
    this.closed = false;
    this.paused = false;
    this.last = 0;
    this.#tick();
  }

  feed(rows, beliefs) {
    rows.forEach((row, i) => this.queue.push([row, beliefs?.[i] ?? undefined]));
    this.bunch = Math.max(this.bunch, rows.length);
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
    const calm = CALM + Math.max(this.pace / 15, Math.min(this.bunch, this.pace / 2));
    const hurry = 1 + Math.max(0, this.queue.length - calm) / 8;
    this.part = this.pace === Infinity ? this.queue.length : this.part + passed * this.pace * hurry;
    while (this.part >= 1 && this.#isKnown()) {
      this.sketch.add(...this.queue.shift());
      this.part -= 1;
    }
    if (!this.#isKnown()) this.part = 0;
  }

  /** Whether the next row has its course: within a stroke the row after it says where the curve leads. */
  #isKnown() {
    const [row] = this.queue[0] ?? [];
    return row && (this.closed || this.queue.length > 1 || !this.sketch.down || row[LIFT] || row[END]);
  }

  #show() {
    const { sketch } = this;
    const [row, belief] = this.queue[0] ?? [];
    const scene = { sketch, together: this.together, pen: null, trail: null, belief: null };
    if (row && belief) scene.belief = { raw: belief, hot: heated(belief, ...this.temperatures) };
    if (!sketch.ended && !this.#done()) {
      const part = row && !row[END] && !still.matches ? this.part : 0;
      scene.strokes = sketch.growing(this.#stroke(), part);
      scene.pen = { at: this.#tip(row, part, scene.strokes), down: sketch.down };
    }
    this.onBelief(scene.belief);
    this.paper.show(scene);
    if (!this.marked && (scene.strokes ?? sketch.strokes).length) this.marked = performance.mark("first stroke");
    if (!sketch.strokes.length) return;
    if (this.together) this.paper.widen(sketch.bounds);
    else this.paper.follow(sketch.bounds, sketch.ended);
  }

  /** The next two rows, but for those of another stroke. */
  #stroke() {
    const rows = this.queue.slice(0, 2).map(([row]) => row);
    return rows[0]?.[LIFT] ? rows.slice(0, 1) : rows;
  }

  /** Where the pen is, `part` of the way along the row. */
  #tip(row, part, strokes) {
    const { at, down } = this.sketch;
    if (!part) return at;
    if (!down) return this.sketch.next(row).map((to, i) => at[i] + (to - at[i]) * part);
    const { points, until, isWhole } = strokes.at(-1);
    return first(curves(points, isWhole), until).at(-1)[3];
  }

  #done() {
    return this.closed && !this.queue.length;
  }

  #finish() {
    this.onBelief(null);
    this.onEnd();
  }
}
