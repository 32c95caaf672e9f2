// Draw together: a person begins, the machine says what it sees and finishes it, as often as they like.

import * as address from "../service/address.js";
import { Beginning, textOf } from "./beginning.js";
import { Endings, nine } from "./endings.js";
import { Hand } from "./hand.js";
import { Live } from "../paper/live.js";
import { Player } from "../paper/player.js";
import { Subject } from "./subject.js";
import { anySeed, at } from "../service/service.js";

const $ = (id) => document.getElementById(id);

export class Together {
  constructor(desk) {
    this.desk = desk;
    this.begun = new Beginning();
    this.ending = null; // a sketch with the machine's part too, until that is kept
    this.player = new Player(desk.paper, { onEnd: () => {} });
    this.player.together = true;
    this.live = new Live(desk.connection, this.player, {
      onStart: (message) => this.#start(message),
      onEnd: () => this.#end(),
      onRefused: (problem) => this.#refused(problem),
    });
    this.hand = new Hand(desk.paper, {
      onDown: () => this.#discard(),
      onMove: (points) => this.#move(points),
      onLift: (points) => this.#lift(points),
      onCursor: (point, down) => this.#cursor(point, down),
    });
    this.subject = new Subject(desk, { onKnown: (seed) => this.finish(seed), onChange: (free) => this.#change(free) });
    this.endings = new Endings($("endings"), $("nine"), (sketch) => this.#adopt(sketch));
    $("again").addEventListener("click", () => this.finish());
    $("keep").addEventListener("click", () => this.#keep());
    $("undo").addEventListener("click", () => this.#undo());
    $("clear").addEventListener("click", () => this.#clear());
    $("nine").addEventListener("click", () => this.#nine());
    for (const mode of ["alike", "between"]) $(`${mode}_drawn`).addEventListener("click", () => this.#leadTo(mode));
  }

  enter({ given, seed, category }) {
    const { paper } = this.desk;
    this.hand.active = true;
    this.player.pace = this.desk.pace;
    paper.reset([0, 0]);
    if (given) this.begun.read(given);
    this.subject.choose(category ?? null);
    this.#show();
    if (this.begun.length) this.subject.ask(this.begun.wish.strokes, seed);
    this.#look();
  }

  leave() {
    this.subject.forget();
    this.live.stop();
    this.endings.close();
    this.ending = null;
    this.hand.active = false;
  }

  /** Another category goes on from the same strokes. */
  pick() {
    this.subject.choose(this.desk.category);
    if (this.begun.length) this.finish();
    else this.#look();
  }

  heat(changes, settled) {
    if (this.live.steer(changes)) return;
    if (settled && this.ending) this.finish(this.seed);
  }

  speed(pace) {
    this.live.speed(pace);
  }

  /** Let the network go on from what stays, as what it is; the pen of the person goes first. */
  finish(seed = anySeed()) {
    if (this.hand.points) return;
    if (!this.begun.length) {
      this.#look();
      return;
    }
    this.desk.take(this.subject.category);
    this.endings.close();
    this.seed = seed;
    this.live.draw({ category: this.desk.category.slug, ...this.#wish(), seed }, () => (this.ending = this.#base()));
    this.#say(this.subject.chosen ? "the machine draws" : `the machine sees ${this.subject.title(true)}, and draws`);
    this.#look();
  }

  picture() {
    const sketch = this.ending ?? this.#base();
    if (!sketch.strokes.length) return null;
    const { name, slug } = this.desk.category;
    return { sketches: [sketch], columns: 1, name: `${slug}-together`, title: `${name}, drawn together` };
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    const body = JSON.stringify({ ...this.#wish(), ...(this.ending && { seed: this.seed }) });
    return `curl -s '${at(`complete/${this.desk.category.slug}`)}' --json '${body}'`;
  }

  get exact() {
    return !this.live.steered;
  }

  #change(free) {
    if (free && this.begun.length) this.subject.ask(this.begun.wish.strokes);
    this.#look();
  }

  #wish() {
    return { ...this.begun.wish, ...this.desk.temperatures };
  }

  #state() {
    const seed = this.ending ? this.seed : undefined;
    const isNamed = this.subject.chosen || this.subject.meant || this.ending;
    const category = isNamed ? this.desk.category.slug : undefined;
    return { mode: "together", category, given: this.begun.text, seed, ...this.desk.temperatures };
  }

  #base() {
    const { name, slug } = this.desk.category;
    return this.begun.sketch({ category: name, slug, seed: this.seed, ...this.desk.temperatures });
  }

  #show(trail = null, pen = null) {
    const sketch = this.ending ?? this.#base();
    this.desk.paper.show({ sketch, trail, pen, together: true, belief: null });
  }

  #move(points) {
    this.#show(points && { by: "person", points });
    if (points?.length > 1) this.subject.watch([...this.begun.wish.strokes, points.map((point) => point.map(Math.round))]);
  }

  #lift(points) {
    this.begun.add(points);
    this.#show();
    this.#look();
    this.subject.ask(this.begun.wish.strokes);
  }

  #cursor(point, down) {
    if (down) this.#show({ by: "person", points: this.hand.points }, { at: point, down });
    else if (!this.player.playing) this.#show(null, { at: point, down });
  }

  /** What the machine drew last goes, what stays stays. */
  #discard() {
    this.live.stop();
    this.endings.close();
    this.ending = null;
    this.#look();
    this.#show();
  }

  #keep() {
    this.live.stop();
    this.begun.keep(this.ending);
    this.ending = null;
    this.#look("Kept. Go on from it.");
    this.#show();
  }

  #undo() {
    const had = this.ending !== null;
    this.#discard();
    if (!had) this.begun.undo();
    if (!this.begun.length) this.subject.forget();
    else if (!had) this.subject.watch(this.begun.wish.strokes);
    this.#look();
    this.#show();
  }

  #clear() {
    this.begun.clear();
    this.subject.forget();
    this.#discard();
    this.desk.paper.reset([0, 0]);
  }

  async #nine() {
    if (this.endings.open) return this.endings.close();
    try {
      const { slug } = this.desk.category;
      await this.endings.show((signal) => nine(slug, this.#wish(), () => this.#base(), signal));
    } catch (error) {
      if (error.name !== "AbortError") this.desk.refuse({ detail: error.message });
    }
    return undefined;
  }

  /** To what is like the drawing on the paper, or between it and another. */
  #leadTo(mode) {
    const { strokes } = this.ending ?? this.#base();
    this.desk.open({ mode, category: this.subject.category.slug, given: textOf(strokes) });
  }

  #adopt(sketch) {
    this.live.stop();
    this.seed = sketch.about.seed;
    this.ending = sketch;
    this.#end();
    this.#show();
    this.desk.paper.follow(sketch.bounds);
  }

  #end() {
    this.#look();
    const strokes = this.ending.strokes.length - this.begun.length;
    this.#say(`the machine added ${strokes} ${strokes === 1 ? "stroke" : "strokes"}`);
  }

  #start(message) {
    this.desk.begun(message);
    this.#look();
  }

  #refused(problem) {
    this.ending = null;
    this.#look();
    this.#say("the machine could not go on");
    this.desk.refuse(problem);
  }

  #say(what) {
    const { name } = this.desk.category;
    this.desk.describe(`${name}, drawn together: ${this.begun.length} of your strokes; ${what}`);
  }

  /** Captions and buttons as they are to be now. */
  #look(text) {
    const { desk, subject } = this;
    const begun = this.begun.length > 0;
    desk.caption(subject.title(begun || this.hand.points), text ?? (begun ? "Go on drawing, or let it try again." : "You begin."));
    const what = subject.chosen ? `goes on: ${desk.category.name}.` : "says what it sees, and finishes it.";
    $("hint").textContent = begun || this.hand.points ? "" : `Begin to draw. When you lift the pen, the machine ${what}`;
    for (const id of ["again", "nine", "clear", "alike_drawn", "between_drawn"]) $(id).disabled = !begun;
    $("undo").disabled = !begun && !this.ending;
    $("keep").disabled = !this.ending;
    subject.show(this.ending ? desk.category : null);
    address.write(this.#state());
  }
}
