// Alike: nine drawings like one, as near to it as the slider says.

import * as address from "../service/address.js";
import { Original } from "./original.js";
import { Sketch } from "../paper/sketch.js";
import { anySeed, at, drawPath, likenesses } from "../service/service.js";
import { svgElement } from "../paper/svg.js";
import { quoted } from "../take-away/shell.js";

const $ = (id) => document.getElementById(id);
const NINE = 9;
const CLOSENESS = 0.75; // the service's own

export class Mode {
  constructor(desk) {
    this.desk = desk;
    this.sketches = [];
    $("closeness").addEventListener("input", () => this.#look());
    $("closeness").addEventListener("change", () => this.#draw(this.seed));
    $("others").addEventListener("click", () => this.#draw(anySeed()));
  }

  enter({ like, given, seed = anySeed(), closeness = CLOSENESS }) {
    $("closeness").value = closeness;
    this.#look();
    this.#begin(new Original(this.desk.category, { like, given }), seed);
  }

  leave() {
    this.coming?.abort();
    $("likenesses").replaceChildren();
    $("original").replaceChildren();
    this.sketches = [];
  }

  /** Another category: of what somebody gave the same strokes, else any drawing of ours. */
  pick() {
    const { given } = this.original;
    this.#begin(new Original(this.desk.category, { given }), anySeed());
  }

  heat() {} // they are drawn as is recommended

  picture() {
    if (!this.sketches.length) return null;
    const { slug, name } = this.desk.category;
    return { sketches: this.sketches, columns: 3, name: `${slug}-alike-${this.seed}`, title: `${name}, nine like ${this.original.name}` };
  }

  /** That drew them. */
  get system() {
    return this.sketches[0]?.about.system;
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    const { slug } = this.desk.category;
    const { isGiven, wish } = this.original;
    const query = { ...wish, ...this.#wish() };
    if (!isGiven) return `curl -s ${quoted(at(drawPath(slug, query)))} > nine-like-it.svg`;
    return `curl -s ${quoted(at(`like/${slug}`))} --json ${quoted(JSON.stringify(query))} > nine-like-it.svg`;
  }

  #wish() {
    return { count: NINE, closeness: Number($("closeness").value), seed: this.seed };
  }

  #state() {
    const { like, given } = this.original;
    const { closeness, seed } = this.#wish();
    return { mode: "alike", category: this.desk.category.slug, like, given, closeness, seed };
  }

  #begin(original, seed) {
    this.original = original;
    $("original").replaceChildren();
    this.#draw(seed);
  }

  async #draw(seed) {
    this.coming?.abort();
    this.coming = new AbortController();
    const { signal } = this.coming;
    const { desk, original } = this;
    this.seed = seed;
    this.sketches = [];
    $("likenesses").replaceChildren();
    desk.caption(desk.category.name, `nine like ${original.name}`);
    address.write(this.#state());
    $("likenesses").hidden = false;
    try {
      await Promise.all([this.#show(original, signal), this.#fill(original, signal)]);
    } catch (error) {
      if (signal.aborted) return;
      desk.failed(error, () => this.#draw(seed));
      $("likenesses").hidden = true; // nothing is being drawn
    }
  }

  async #show(original, signal) {
    if ($("original").firstChild) return;
    const sketch = await original.sketch(signal);
    $("original").replaceChildren(svgElement(sketch));
    $("original").setAttribute("aria-label", `${original.category.name}, ${original.name}`);
  }

  async #fill({ category, wish }, signal) {
    const { slug, name } = category;
    const found = await likenesses(slug, { ...wish, ...this.#wish() }, signal);
    this.desk.said.settle();
    this.sketches = found.map((json) => Sketch.from(json, slug));
    $("likenesses").replaceChildren(...this.sketches.map((sketch, i) => this.#item(sketch, i)));
    $("said").textContent = `${found.length} drawings of ${name} like ${this.original.name}`;
  }

  /** A link that opens it where it is drawn live. */
  #item(sketch, i) {
    const { seed, temp_xy, temp_p, slug, category, latent, system } = sketch.about;
    const link = document.createElement("a");
    link.className = "cell";
    link.href = address.href({ mode: "watch", category: slug, seed, temp_xy, temp_p, latent: latent ?? undefined, system });
    link.setAttribute("aria-label", `${category}, number ${i + 1} of nine alike`);
    link.append(svgElement(sketch));
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  #look() {
    $("closeness_value").textContent = Number($("closeness").value).toFixed(2);
  }
}
