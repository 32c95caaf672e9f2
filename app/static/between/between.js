// Between: two papers and a slider. As it moves, the drawing of one becomes that of the other.

import * as address from "../service/address.js";
import { Ends } from "./ends.js";
import { Play } from "./play.js";
import { Way } from "./way.js";
import { quoted } from "../take-away/shell.js";
import { anySeed, at, between, betweenPath } from "../service/service.js";

const $ = (id) => document.getElementById(id);
const STEPS = 12;

export class Mode {
  constructor(desk) {
    this.desk = desk;
    this.way = null;
    this.ends = new Ends(desk, () => this.#draw());
    this.play = new Play(
      (part, isStill) => this.#go(isStill ? this.way.nearest(part) : part),
      (playing) => this.#playing(playing),
    );
    $("at").addEventListener("input", () => {
      this.play.stop();
      this.#look();
    });
    $("at").addEventListener("change", () => this.way && address.write(this.#state()));
    $("play").addEventListener("click", () => (this.play.playing ? this.play.stop() : this.play.start(this.at)));
    $("detour").addEventListener("click", () => this.#draw(anySeed()));
  }

  enter(state) {
    this.ends.read(state);
    this.#go(state.at ?? 0);
    this.#draw(state.seed);
  }

  leave() {
    this.coming?.abort();
    this.play.stop();
    this.ends.clear();
    this.way = null;
  }

  /** Another category for the end that is chosen. */
  pick() {
    this.ends.pick(this.desk.category);
  }

  heat() {} // the way is drawn as is recommended

  /** Where on the way, from 0 to 1. */
  get at() {
    return Number($("at").value);
  }

  picture() {
    if (!this.way) return null;
    return { sketches: this.way.sketches, columns: 4, name: `${this.ends.slugs.join("-into-")}`, title: this.ends.title };
  }

  /** One drawing after the other, as the service shows it, rather than each as it is drawn. */
  async gif() {
    return (await between(this.ends.wishes, this.#wish("gif"))).blob();
  }

  /** That drew the way. */
  get system() {
    return this.way?.sketches[0].about.system;
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    const { path, body } = betweenPath(this.ends.wishes, this.#wish("gif"));
    const json = body ? ` --json ${quoted(JSON.stringify(body))}` : "";
    return `curl -s ${quoted(at(path))}${json} > ${quoted(`${this.ends.slugs.join("-into-")}.gif`)}`;
  }

  #wish(format) {
    return { steps: STEPS, seed: this.seed, format };
  }

  #state() {
    return { mode: "between", ...this.ends.state, seed: this.seed, at: this.at };
  }

  async #draw(seed = anySeed()) {
    this.coming?.abort();
    this.coming = new AbortController();
    const { signal } = this.coming;
    const { desk, ends } = this;
    this.play.stop();
    this.seed = seed;
    this.way = null;
    this.#look();
    address.write(this.#state());
    try {
      const [answer] = await Promise.all([between(ends.wishes, this.#wish("json"), signal), ends.show(signal)]);
      this.way = new Way(await answer.json());
      desk.said.settle();
      desk.paper.reset([0, 0]);
      this.#look();
      $("said").textContent = `${ends.title}: ${STEPS} drawings on the way`;
    } catch (error) {
      if (!signal.aborted) this.#refused(error);
    }
  }

  #refused(error) {
    this.desk.failed(error, () => this.#draw(this.seed));
    this.#look("no way was found");
  }

  #go(part) {
    $("at").value = part;
    this.#look();
  }

  #playing(playing) {
    $("play").textContent = playing ? "Stop" : "Play";
    if (!playing && this.way) address.write(this.#state());
  }

  #look(text = "finding the way…") {
    const { desk, ends, way, at: part } = this;
    const percent = `${Math.round(100 * part)} %`;
    desk.caption(ends.title, way ? percent : text);
    desk.paper.canvas.setAttribute("aria-label", way ? `${ends.title}, ${percent} of the way` : ends.title);
    $("at").setAttribute("aria-valuetext", `${percent} of the way: ${ends.title}`);
    $("play").disabled = !way;
    desk.paper.show(way && { sketch: { strokes: way.strokes(part) }, together: false });
  }
}
