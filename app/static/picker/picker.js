// What can be drawn: to look around in, to search, or to be surprised by.

import { onRestored } from "../panel/restored.js";
import { search } from "../service/service.js";
import { Grid } from "./grid.js";
import { called, explanation, holding } from "./names.js";
import { Remembered } from "./remembered.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 150; // ms after the last key, before the service is asked
const DESK = matchMedia("(min-width: 960px)"); // as in the style sheets

export class Picker {
  /** `onPick(category)`. */
  constructor(onPick) {
    this.onPick = onPick;
    this.categories = [];
    this.remembered = new Remembered(() => this.#remember());
    this.grid = new Grid($("categories"), (category) => this.#pick(category));
    this.text = ""; // that is searched for
    $("search").addEventListener("input", () => this.#search());
    onRestored(() => ($("search").value = this.text));
    $("search").addEventListener("keydown", (event) => this.#key(event));
    $("surprise").addEventListener("click", () => this.#surprise());
    $("group").addEventListener("change", () => this.#choose());
    $("favourite").addEventListener("click", () => this.#like());
    $("browse").addEventListener("click", () => this.#browse(!this.isBrowsing));
    DESK.addEventListener("change", () => this.#browse(false)); // there the grid is always to be seen
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.isBrowsing && this.#browse(false));
  }

  fill(categories) {
    this.categories = categories;
    this.grid.fill(categories, this.remembered);
    $("group").append(...this.grid.groups.map((group) => new Option(group, group)));
    $("group").hidden = !this.grid.groups.length;
    this.#search();
  }

  /** The category of a name or alias, however that is written; undefined where nothing is called so. */
  find(name) {
    return called(this.categories, name);
  }

  /** This one is on the screen now. */
  mark(category) {
    this.category = category;
    this.remembered.drew(category.slug);
    this.#remember();
    this.grid.mark(category);
  }

  get isBrowsing() {
    return document.body.dataset.browsing === "true";
  }

  #pick(category) {
    this.#browse(false);
    this.onPick(category);
  }

  #surprise() {
    const others = this.categories.filter(({ slug }) => slug !== this.category?.slug);
    if (!others.length) return;
    this.#pick(others[Math.floor(Math.random() * others.length)]);
  }

  #choose() {
    $("search").value = "";
    this.#search();
    this.grid.choose($("group").value);
  }

  #search() {
    clearTimeout(this.timer);
    this.coming?.abort();
    this.text = $("search").value.trim();
    if (!this.text) {
      this.grid.find(null);
      $("found").hidden = true;
      return;
    }
    const here = holding(this.categories, this.text);
    this.#show(here, false);
    this.timer = setTimeout(() => (this.asked = this.#ask(this.text, here)), PAUSE);
  }

  /** The service knows more: plurals, and names that are like it. */
  async #ask(text, here) {
    this.coming = new AbortController();
    const { signal } = this.coming;
    let slugs = [];
    try {
      slugs = await search(text, signal);
    } catch {
      if (signal.aborted) return;
    }
    const known = new Map(this.categories.map((category) => [category.slug, category]));
    const there = slugs.map((slug) => known.get(slug)).filter(Boolean);
    const isMeant = (category, place) => !here.length || place === 0 || here.includes(category); // the rest is a guess
    this.#show(there.length ? there.filter(isMeant) : here, true);
  }

  #show(found, isAll) {
    this.results = found;
    this.grid.find(found);
    const text = found.length || isAll ? explanation(this.text, found) : "";
    $("found").hidden = !text;
    if ($("found").textContent !== text) $("found").textContent = text; // said once to a screen reader
  }

  async #key(event) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.grid.arrows.links[0]?.focus();
    }
    if (event.key !== "Enter" || !this.text) return;
    if (!this.results.length) {
      clearTimeout(this.timer);
      await (this.asked = this.#ask(this.text, []));
    }
    if (this.results.length) this.#pick(this.results[0]);
  }

  #like() {
    this.remembered.toggle(this.category.slug);
    this.#remember();
  }

  /** Show what is remembered now. */
  #remember() {
    if (!this.category) return;
    this.grid.show(this.remembered);
    this.#star();
  }

  #star() {
    $("favourite").hidden = false;
    $("favourite").setAttribute("aria-pressed", this.remembered.likes(this.category.slug));
  }

  /** On a phone the grid takes the whole screen while one looks around. */
  #browse(on) {
    if (on === this.isBrowsing) return;
    document.body.dataset.browsing = on;
    $("browse").setAttribute("aria-expanded", on);
    $("browse").textContent = on ? "Close" : "Browse";
    for (const other of document.querySelectorAll(".top, .stage, .panel")) other.inert = on;
    if (!on) $("browse").focus();
    if (this.category) this.grid.mark(this.category);
  }
}
