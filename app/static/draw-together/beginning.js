// What stays of a drawing of two hands: a person's strokes, and endings that they kept.

import { packed, unpacked } from "../service/address.js";
import { simplify } from "./simplify.js";
import { Sketch } from "../paper/sketch.js";

const SIZE = 255; // longest side of a drawing, as the paper shows it
const THIN = 0.4; // pixels off that nobody sees

/** A stroke as it is sent: on whole pixels, like the drawings that the networks know. */
const sent = (points) => simplify(points).map((point) => point.map(Math.round));

/** The text that an address names strokes by; undefined where there are none. */
export const textOf = (strokes) => (strokes.length ? packed(strokes.map(({ by, points }) => ({ by, points: sent(points) }))) : undefined);

export class Beginning {
  constructor() {
    this.strokes = []; // {by, points, group}: a group is undone at once
  }

  get length() {
    return this.strokes.length;
  }

  /** One that an address names. */
  read(text) {
    this.strokes = unpacked(text).map((stroke, group) => ({ ...stroke, group }));
  }

  /** The text that an address names it by; undefined where it is empty. */
  get text() {
    return textOf(this.strokes);
  }

  /** A stroke that the person drew. */
  add(points) {
    const stroke = simplify(points, THIN);
    stroke[stroke.length - 1] = stroke.at(-1).map(Math.round); // where the machine goes on from
    this.strokes.push({ by: "person", points: stroke, group: Symbol("stroke") });
  }

  /** What the machine drew after it, in `sketch`. */
  keep(sketch) {
    const group = Symbol("ending");
    this.strokes.push(...sketch.strokes.slice(this.length).map((stroke) => ({ ...stroke, group })));
  }

  /** Take the last group away; its strokes. */
  undo() {
    const last = this.strokes.at(-1)?.group;
    const undone = this.strokes.filter(({ group }) => group === last);
    this.strokes = this.strokes.filter(({ group }) => group !== last);
    return undone;
  }

  /** Put back what was taken away. */
  redo(strokes) {
    this.strokes.push(...strokes);
  }

  clear() {
    this.strokes = [];
  }

  /** What the service is asked to go on from. */
  get wish() {
    return { strokes: this.strokes.map(({ points }) => sent(points)), size: SIZE };
  }

  /** A sketch with all of it. */
  sketch(about) {
    const sketch = new Sketch(about);
    for (const { by, points } of this.strokes) sketch.draw(points, by);
    return sketch;
  }
}
