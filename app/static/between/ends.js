// Both ends of a way: which drawings they are, as two papers of which one is for the picker to change.

import { Original } from "../alike/original.js";
import { svgElement } from "../paper/svg.js";

const $ = (id) => document.getElementById(id);
const NAMES = ["from", "to"];

export class Ends {
  /** `onChange()`: the ends are others now. */
  constructor(desk, onChange) {
    this.desk = desk;
    this.onChange = onChange;
    this.both = []; // originals
    this.chosen = 1; // the picker changes this one
    NAMES.forEach((name, i) => {
      $(name).addEventListener("click", () => this.#choose(i));
      $(`another_${name}`).addEventListener("click", () => this.#change(i, this.both[i].category));
    });
  }

  /** Those that an address names; any others where it names none. */
  read({ given, from, to, into }) {
    const { category, picker } = this.desk;
    const other = into === undefined ? this.#any(category, given) : picker.find(into);
    this.both = [new Original(category, { given, like: from }), new Original(other ?? category, { like: to })];
    this.#empty();
    this.#choose(1);
  }

  clear() {
    this.#empty();
  }

  /** Another category for the chosen one: of what somebody gave the same strokes, else any drawing of ours. */
  pick(category) {
    this.#change(this.chosen, category, this.both[this.chosen].given);
  }

  get slugs() {
    return this.both.map(({ category }) => category.slug);
  }

  get title() {
    const [first, second] = this.both.map(({ category }) => category.name);
    return first === second ? `${first} into another` : `${first} into ${second}`;
  }

  /** What the service is asked for. */
  get wishes() {
    return this.both.map(({ category, wish }) => ({ category: category.slug, ...wish }));
  }

  /** What an address names them by. */
  get state() {
    const [first, second] = this.both;
    return { category: first.category.slug, given: first.given, from: first.like, into: second.category.slug, to: second.like };
  }

  /** Put both on their papers. */
  async show(signal) {
    await Promise.all(this.both.map((original, i) => this.#show(original, $(NAMES[i]), signal)));
  }

  async #show(original, paper, signal) {
    if (paper.firstElementChild) return;
    paper.replaceChildren(svgElement(await original.sketch(signal)));
  }

  /** Another category that a system of this one draws; the same where somebody drew it: theirs may become their neighbour's. */
  #any(category, given) {
    if (given) return category;
    const own = new Set(category.systems.map(({ system }) => system));
    const isNear = ({ slug, systems }) => slug !== category.slug && systems.some(({ system }) => own.has(system));
    const others = this.desk.picker.categories.filter(isNear);
    return others.length ? others[Math.floor(Math.random() * others.length)] : category;
  }

  #change(i, category, given) {
    this.both[i] = new Original(category, { given });
    $(NAMES[i]).replaceChildren();
    this.#choose(i);
    this.onChange();
  }

  #choose(i) {
    this.chosen = i;
    this.desk.take(this.both[i].category);
    const words = [...$("way_ends").children];
    NAMES.forEach((name, place) => {
      words[place].textContent = this.both[place].category.name;
      $(name).setAttribute("aria-pressed", place === i);
      const { category, name: which } = this.both[place];
      $(name).setAttribute("aria-label", `${place ? "Into" : "From"} ${category.name}, ${which}: choose another in the list`);
    });
  }

  #empty() {
    for (const name of NAMES) $(name).replaceChildren();
  }
}
