// Watch: a drawing as it is made, steered by the sliders.

import * as address from "../service/address.js";
import { textOf } from "../draw-together/beginning.js";
import { onRestored } from "../panel/restored.js";
import { inText } from "../panel/seed.js";
import { Odds } from "../paper/belief.js";
import { Live } from "../paper/live.js";
import { Player } from "../paper/player.js";
import { fileName, quoted } from "../take-away/shell.js";
import { anySeed, at, drawPath } from "../service/service.js";
import { Sketch } from "../paper/sketch.js";

const $ = (id) => document.getElementById(id);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export class Watch {
  #wished = {}; // temperatures, until a drawing begins that has them

  /** `desk`: what the modes share; see main.js. */
  constructor(desk) {
    this.desk = desk;
    this.odds = new Odds($("odds"));
    this.player = new Player(desk.paper, { onEnd: () => {} });
    this.live = new Live(desk.connection, this.player, {
      onStart: (message) => this.#start(message),
      onEnd: () => this.#end(),
      onRefused: (problem) => this.#refused(problem),
      onSteered: (now) => this.#steered(now),
      onBelief: (belief) => this.odds.show(belief?.hot.pen),
    });
    $("new").addEventListener("click", () => this.draw({ push: true }));
    $("replay").addEventListener("click", () => this.#replay());
    $("pause").addEventListener("click", () => this.#pause(!this.player.paused));
    for (const mode of ["alike", "between"]) $(`${mode}_watched`).addEventListener("click", () => this.#leadTo(mode));
    this.believes = false; // it shows what comes next
    $("belief").addEventListener("change", () => this.#watchBelief());
    onRestored(() => ($("belief").checked = this.believes));
  }

  enter({ seed, latent, system, at }) {
    this.player.pace = this.desk.pace;
    this.draw({ seed, by: { latent, system }, at });
  }

  /** Another seed. */
  sow(seed) {
    this.draw({ seed, push: true, by: this.by });
  }

  leave() {
    this.live.stop();
    this.sketch = null;
  }

  /** Another category. */
  pick() {
    this.draw({ push: true });
  }

  /** `by`: the latent code and the system, where they are not the usual ones. `at`: how `heat` changes on the way. */
  draw({ seed = anySeed(), push = false, by = {}, heat = this.desk.temperatures, at } = {}) {
    const { category, paper, seedField } = this.desk;
    seedField.show(seed);
    this.push = push;
    this.seed = seed;
    this.by = by;
    this.slug = category.slug;
    this.#pauseLook(false, true); // before it begins there is nothing to pause
    this.desk.caption(category.name, `seed ${inText(seed)}`);
    this.desk.describe(`${category.name}, being drawn`);
    this.#wished = { ...heat, at };
    const wish = { category: category.slug, seed, ...by, ...heat, at, belief: this.believes };
    this.live.draw(wish, (start) => {
      paper.reset();
      this.#wished = null;
      return (this.sketch = new Sketch({ ...start }));
    });
  }

  /** The sliders: `settled` once they are let go. */
  heat(changes, settled) {
    if (this.live.steer(changes)) return undefined; // the address has it once it is known when it was
    if (settled) this.draw({ seed: this.seed, by: this.by });
    return undefined;
  }

  speed(pace) {
    this.live.speed(pace);
  }

  /** What is on the screen, to be taken away. */
  picture() {
    const { sketch } = this;
    if (!sketch?.rows.length) return null;
    const { category, slug, seed, seed_text = seed } = sketch.about; // another may be asked for already
    return { sketches: [sketch], columns: 1, name: fileName(slug, seed_text), title: `${category}, seed ${seed_text}` };
  }

  /** That drew it. */
  get system() {
    return this.sketch?.about.system ?? this.by?.system;
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    const { seed, by } = this;
    const path = drawPath(this.slug, { seed, ...by, ...this.#asked });
    return `curl -s ${quoted(at(path))} > ${quoted(`${fileName(this.slug, seed)}.svg`)}`;
  }

  get isSteered() {
    return Boolean(this.#asked.at);
  }

  /** The temperatures that it began with, and how they changed. */
  get #asked() {
    const { temp_xy, temp_p, at } = this.#wished ?? this.sketch.about;
    return { temp_xy, temp_p, at };
  }

  #state() {
    return { mode: "watch", category: this.slug, seed: this.seed, ...this.by, ...this.#asked };
  }

  #address(push) {
    address.write(this.#state(), { push });
  }

  #start(message) {
    this.desk.begun(message);
    $("pause").disabled = false;
    this.#address(this.push);
  }

  #steered(now) {
    if (now) this.desk.dials.set(now);
    else this.#address(false);
  }

  #refused(problem) {
    this.desk.refuse(problem);
    this.desk.describe("Nothing is drawn.");
    this.#pauseLook(false, true);
  }

  #end() {
    const { sketch, desk, seed } = this;
    const ink = `${plural(sketch.points, "point")}, ${plural(sketch.strokes.length, "stroke")}`;
    desk.caption(sketch.about.category, `seed ${inText(seed)} · ${ink}${this.isSteered ? " · steered" : ""}`);
    desk.describe(`${sketch.about.category}, drawn with ${ink}; seed ${seed}`);
    this.#pauseLook(false, true);
    this.#address(false);
  }

  #replay() {
    this.#pauseLook(false);
    this.live.replay();
  }

  #pause(paused) {
    if (!this.player.playing) return;
    this.live.pause(paused);
    this.#pauseLook(paused);
  }

  /** To what is like it, or between it and another: by its seed where that says all, else by its strokes. */
  #leadTo(mode) {
    const { slug, seed, sketch } = this;
    const { latent, system } = this.by;
    const isPlain = !this.isSteered && !latent && !system && this.desk.dials.isRecommended;
    if (!isPlain && !sketch?.strokes.length) return;
    const given = isPlain ? undefined : textOf(sketch.strokes);
    this.desk.open({ mode, category: slug, given, [mode === "alike" ? "like" : "from"]: isPlain ? seed : undefined });
  }

  #pauseLook(paused, ended = false) {
    $("pause").textContent = paused ? "Go on" : "Pause";
    $("pause").disabled = ended;
    $("replay").disabled = false;
  }

  /** The same drawing again, with what it is drawn from, or without. */
  #watchBelief() {
    this.believes = $("belief").checked;
    for (const id of ["odds", "clouds"]) $(id).hidden = !this.believes;
    const { at, ...heat } = this.#asked;
    if (this.seed !== undefined) this.draw({ seed: this.seed, by: this.by, heat, at });
  }
}
