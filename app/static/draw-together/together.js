// Draw together: a person begins, the machine says what it sees and finishes it, as often as they like.

import * as address from "../service/address.js";
import { textOf } from "./beginning.js";
import { Drawing } from "./drawing.js";
import { Hand } from "./hand.js";
import { Machine } from "./machine.js";
import { commandOf, pictureOf, stateOf } from "./naming.js";
import { Subject } from "./subject.js";
import { Words } from "./words.js";
import { anySeed } from "../service/service.js";

const $ = (id) => document.getElementById(id);

export class Together {
  constructor(desk) {
    this.desk = desk;
    this.drawing = new Drawing(() => ({ category: desk.category.name, slug: desk.category.slug, ...desk.temperatures }));
    this.subject = new Subject(desk, { onKnown: (seed) => this.#known(seed), onChange: (free) => this.#change(free) });
    this.words = new Words(desk, this.drawing, this.subject);
    this.machine = new Machine(desk, this.drawing, { onChange: () => this.#look(), onSaid: (text) => this.words.say(text) });
    this.hand = new Hand(desk.paper, {
      onDown: () => this.#discard(),
      onMove: (points) => this.#move(points),
      onLift: (points) => this.#lift(points),
      onCursor: (point, down) => this.#cursor(point, down),
    });
    this.#listen({
      again: () => this.finish(),
      keep: () => this.#keep(),
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      clear: () => this.#clear(),
      nine: () => this.machine.nine(),
      alike_drawn: () => this.#leadTo("alike"),
      between_drawn: () => this.#leadTo("between"),
    });
  }

  enter({ given, seed, category, at: changes }) {
    const { drawing } = this;
    const { paper } = this.desk;
    this.hand.active = true;
    this.speed(this.desk.pace);
    this.changes = changes; // of the temperatures, for the ending that the address names
    if (given) drawing.begun.read(given);
    const [left, top, right, bottom] = drawing.base().bounds;
    paper.reset([(left + right) / 2, (top + bottom) / 2]); // nobody's hand is on it yet
    this.subject.choose(category ?? null);
    this.#show();
    if (drawing.length) {
      paper.widen(drawing.base().bounds);
      this.subject.ask(drawing.begun.wish.strokes, seed);
    }
    this.#look();
  }

  leave() {
    this.subject.forget();
    this.machine.stop();
    this.drawing.ending = null;
    this.hand.active = false;
  }

  /** Another category goes on from the same strokes. */
  pick() {
    this.subject.choose(this.desk.category);
    if (this.drawing.length) this.finish();
    else this.#look();
  }

  heat(changes, settled) {
    if (this.machine.live.steer(changes)) return;
    if (settled && this.drawing.ending) this.finish(this.drawing.seed);
  }

  speed(pace) {
    this.machine.live.speed(pace);
  }

  /** Let the network go on from what stays, as what it is; the pen of the person goes first. */
  finish(seed = anySeed(), changes = undefined) {
    if (this.hand.points) return;
    if (this.drawing.length) {
      this.desk.take(this.subject.category);
      this.machine.draw(seed, changes);
      this.words.say(this.subject.chosen ? "the machine draws" : `the machine sees ${this.subject.title(true)}, and draws`);
    }
    this.#look();
  }

  picture() {
    return pictureOf(this.drawing, this.desk.category);
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    return commandOf(this.drawing, this.desk.category);
  }

  get isSteered() {
    return Boolean(this.drawing.ending?.about.at);
  }

  #listen(acts) {
    for (const [id, act] of Object.entries(acts)) {
      $(id).addEventListener("click", () => this.hand.rest() && act()); // a key may press it while the pen is down
    }
  }

  /** It is known what it is. */
  #known(seed) {
    const { changes } = this;
    this.changes = undefined;
    this.finish(seed, seed === undefined ? undefined : changes);
  }

  #change(free) {
    if (free && this.drawing.length) this.subject.ask(this.drawing.begun.wish.strokes);
    this.#look();
  }

  #state() {
    return stateOf(this.drawing, this.subject, this.desk.category);
  }

  #show(trail = null, pen = null) {
    this.desk.paper.show({ sketch: this.drawing.sketch, trail, pen, together: true, belief: null });
  }

  #move(points) {
    this.#show(points && { by: "person", points });
    if (!points) this.#look(); // it was no stroke
    else if (points.length > 1) {
      this.subject.watch([...this.drawing.begun.wish.strokes, points.map((point) => point.map(Math.round))]);
    }
  }

  #lift(points) {
    this.drawing.add(points);
    this.#paint();
    this.desk.paper.widen(this.drawing.sketch.bounds);
    this.subject.ask(this.drawing.begun.wish.strokes);
  }

  #cursor(point, down) {
    if (down) this.#show({ by: "person", points: this.hand.points }, { at: point, down });
    else if (!this.machine.isPlaying) this.#show(null, { at: point, down });
  }

  /** What the machine drew last goes, what stays stays. */
  #discard() {
    this.machine.stop();
    this.drawing.ending = null;
    this.#paint();
  }

  #keep() {
    this.machine.stop();
    this.drawing.keep();
    this.#paint("Kept. Go on from it.");
  }

  #undo() {
    const { drawing, subject } = this;
    const had = drawing.ending !== null;
    this.machine.stop();
    drawing.undo();
    if (!drawing.length) subject.forget();
    else if (!had) subject.watch(drawing.begun.wish.strokes);
    this.#paint();
  }

  #redo() {
    this.machine.stop();
    const ending = this.drawing.redo();
    if (ending?.ended) this.machine.adopt(ending);
    else if (ending) this.finish(ending.about.seed, ending.about.at);
    else this.subject.watch(this.drawing.begun.wish.strokes);
    this.#paint();
  }

  #clear() {
    this.subject.forget();
    this.drawing.clear();
    this.#discard();
    this.desk.paper.reset([0, 0]);
  }

  /** To what is like the drawing on the paper, or between it and another. */
  #leadTo(mode) {
    this.desk.open({ mode, category: this.subject.category.slug, given: textOf(this.drawing.sketch.strokes) });
  }

  #paint(text) {
    this.#look(text);
    this.#show();
  }

  #look(text) {
    this.words.look(Boolean(this.hand.points), text);
    address.write(this.#state());
  }
}
