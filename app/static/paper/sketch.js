// A drawing as it grows: rows of stroke-5 in, lines out.

import { boundsOf } from "./curves.js";

export const LIFT = 3; // column of a row that says the pen lifts after it
export const END = 4;

export class Sketch {
  constructor(about = {}) {
    this.about = about; // category, slug, seed, temp_xy, temp_p, at, as the service names them
    this.strokes = []; // {by: "person" | "machine", points: [[x, y], ...]}
    this.rows = [];
    this.beliefs = []; // what each row was drawn from, where that is known
    this.at = [0, 0];
    this.down = true; // the pen, at the start of a drawing
    this.ended = false; // its end row is there
    this.cut = false; // and the network did not draw it: there were too many points
  }

  /** The next row; x and y are summed as float32, as everywhere else. */
  add(row, belief) {
    this.rows.push(row);
    this.beliefs.push(belief);
    if (row[END]) {
      this.ended = true;
      return;
    }
    const to = this.next(row);
    if (!this.down || !this.strokes.length) {
      this.strokes.push({ by: "machine", points: this.down ? [this.at] : [] });
    } else if (this.strokes.at(-1).by !== "machine") {
      this.strokes.push({ by: "machine", points: [this.at] });
    }
    this.strokes.at(-1).points.push(to);
    this.at = to;
    this.down = !row[LIFT];
  }

  /** Where a row leads. */
  next([dx, dy], [x, y] = this.at) {
    return [Math.fround(x + Math.fround(dx)), Math.fround(y + Math.fround(dy))];
  }

  /** The strokes with `part` (0 to 1) of the first of the rows to come, which the second gives its course. */
  growing(rows, part) {
    if (!this.down || this.ended || !rows.length) return this.strokes;
    const last = this.strokes.at(-1);
    const goesOn = last?.by === "machine";
    if (!goesOn && !part) return this.strokes;
    const points = goesOn ? [...last.points] : [this.at];
    const until = points.length - 1 + part;
    for (const row of rows) if (!row[END]) points.push(this.next(row, points.at(-1)));
    const strokes = goesOn ? this.strokes.slice(0, -1) : this.strokes;
    return [...strokes, { by: "machine", points, until, isWhole: false }];
  }

  /** A whole stroke that is drawn already. */
  draw(points, by) {
    const [from, ...rest] = points;
    if (this.strokes.length) this.rows.push([from[0] - this.at[0], from[1] - this.at[1], 1, 0, 0]);
    let [x, y] = from;
    for (const [px, py] of rest) {
      this.rows.push([px - x, py - y, 1, 0, 0]);
      [x, y] = [px, py];
    }
    if (!rest.length && !this.rows.length) this.rows.push([0, 0, 1, 0, 0]); // a lone dot
    this.rows.at(-1).splice(2, 2, 0, 1);
    this.strokes.push({ by, points });
    this.at = points.at(-1);
    this.down = false;
  }

  /** How many points it has. */
  get points() {
    return this.rows.length - (this.ended ? 1 : 0);
  }

  /** [left, top, right, bottom] of the ink, and of the pen where it is now. */
  get bounds() {
    return boundsOf(this.strokes, [...this.at, ...this.at]);
  }

  /** The keys of `GET /draw` as JSON. */
  json() {
    const { category, system, seed, seed_text, latent = null, temp_xy, temp_p, at } = this.about;
    const stroke5 = this.ended ? this.rows : [...this.rows, [0, 0, 0, 0, 1]];
    const strokes = this.strokes.map(({ points }) => points);
    const ended = this.ended && !this.cut;
    const more = { ...(seed_text && { seed_text }), ...(at && { at }) };
    return { category, system, seed, latent, temp_xy, temp_p, ...more, points: this.points, ended, stroke5, strokes };
  }

  /** A finished drawing of the service, from its JSON. */
  static from(json, slug) {
    const sketch = new Sketch({ ...json, slug });
    for (const row of json.stroke5) sketch.add(row);
    sketch.cut = !json.ended;
    return sketch;
  }
}
