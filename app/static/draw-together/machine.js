// The machine's hand: it finishes what a person began, stroke by stroke or in nine ways at once.

import { Endings, nine } from "./endings.js";
import { Live } from "../paper/live.js";
import { Player } from "../paper/player.js";

const $ = (id) => document.getElementById(id);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export class Machine {
  /** Draws on `drawing`. `onChange()`: its part has begun, is other, or gone. `onSaid(text)`: how far it is. */
  constructor(desk, drawing, { onChange, onSaid }) {
    this.desk = desk;
    this.drawing = drawing;
    this.tell = { onChange, onSaid };
    this.player = new Player(desk.paper, { onEnd: () => {} });
    this.player.together = true;
    this.live = new Live(desk.connection, this.player, {
      onStart: (message) => this.#start(message),
      onEnd: () => this.#end(),
      onRefused: (problem) => this.#refused(problem),
      onSteered: (now) => (now ? desk.dials.set(now) : onChange()),
    });
    this.endings = new Endings($("endings"), $("nine"), (sketch) => this.adopt(sketch));
  }

  get isPlaying() {
    return this.player.playing;
  }

  /** Go on from what stays. `at`: how the temperatures change on the way. */
  draw(seed, at) {
    const { desk, drawing } = this;
    this.endings.close();
    drawing.undone = [];
    drawing.seed = seed;
    const wish = { category: desk.category.slug, ...drawing.begun.wish, ...desk.temperatures, seed, at };
    this.live.draw(wish, (start) => drawing.begin(start));
  }

  /** This ending is the one. */
  adopt(sketch) {
    this.live.stop();
    this.drawing.seed = sketch.about.seed;
    this.drawing.ending = sketch;
    this.#end();
    this.desk.paper.widen(sketch.bounds);
  }

  /** Nine endings to choose from; none, if they are there already. */
  async nine() {
    if (this.endings.open) return this.endings.close();
    const { drawing, desk } = this;
    const wish = { ...drawing.begun.wish, ...desk.temperatures };
    try {
      await this.endings.show((signal) => nine(desk.category.slug, wish, () => drawing.base(), signal));
    } catch (error) {
      if (error.name !== "AbortError") desk.failed(error, () => this.nine());
    }
    return undefined;
  }

  stop() {
    this.live.stop();
    this.endings.close();
  }

  #start(message) {
    this.desk.begun(message);
    this.tell.onChange();
  }

  #end() {
    this.tell.onChange();
    const { ending, length } = this.drawing;
    this.tell.onSaid(`the machine added ${plural(ending.strokes.length - length, "stroke")}`);
  }

  #refused(problem) {
    this.drawing.ending = null;
    this.tell.onChange();
    this.tell.onSaid("the machine could not go on");
    this.desk.refuse(problem);
  }
}
