// A sheet: a wall of drawings that fills as one scrolls, or one seed at several temperatures.

import * as address from "../service/address.js";
import { inText } from "../panel/seed.js";
import { matrixCommand, matrixTable } from "./matrix.js";
import { anySeed, at, drawPath, drawings } from "../service/service.js";
import { svgElement } from "../paper/svg.js";
import { quoted } from "../take-away/shell.js";

const $ = (id) => document.getElementById(id);
const BATCH = 24; // drawings asked for at once
const SEEDS = 2 ** 53;

export class Mode {
  constructor(desk) {
    this.desk = desk;
    this.wall = $("wall");
    this.sketches = new Map(); // cell -> sketch
    this.sentinel = document.createElement("p");
    this.sentinel.className = "more small";
    new IntersectionObserver(([entry]) => entry.isIntersecting && this.#more(), { rootMargin: "600px" }).observe(this.sentinel);
    $("fresh").addEventListener("click", () => this.#begin(anySeed(), true));
    $("matrix").addEventListener("click", () => this.#toggle());
  }

  enter({ seed = anySeed(), matrix }) {
    this.#lookMatrix(matrix);
    this.#begin(seed, false);
  }

  leave() {
    this.coming?.abort();
    this.wall.replaceChildren();
    this.sketches.clear();
    document.body.dataset.matrix = false;
  }

  pick() {
    this.#begin(this.seed, true);
  }

  /** Another seed to begin with. */
  sow(seed) {
    this.#begin(seed, true);
  }

  heat(changes, settled) {
    if (settled) this.#begin(this.seed, false);
  }

  /** Those on the screen, as they lie there; of the matrix the rows that are whole. */
  picture() {
    const isShown = (cell) => isSeen(cell, this.wall) && !cell.closest("tr")?.querySelector("td:empty");
    const seen = [...this.wall.querySelectorAll(".cell")].filter(isShown).map((cell) => this.sketches.get(cell));
    if (!seen.length) return null;
    const columns = this.isMatrix ? this.wall.querySelectorAll("thead th[scope=col]").length : this.#columns();
    const { name, slug } = this.desk.category;
    return { sketches: seen, columns, name: `${slug}-sheet-${this.seed}`, title: `${name}, ${seen.length} drawings` };
  }

  link() {
    return address.href(this.#state());
  }

  curl() {
    const { slug } = this.desk.category;
    const query = { seed: this.seed, count: BATCH, ...this.desk.temperatures };
    if (this.isMatrix) return matrixCommand(slug, this.seed);
    return `curl -s ${quoted(at(drawPath(slug, query)))} > ${quoted(`${slug}-sheet.svg`)}`;
  }

  #state() {
    const { category, temperatures } = this.desk;
    const heat = this.isMatrix ? {} : temperatures;
    return { mode: "sheet", category: category.slug, seed: this.seed, ...heat, matrix: this.isMatrix };
  }

  #begin(seed, push) {
    this.coming?.abort();
    this.coming = new AbortController();
    this.seed = seed;
    this.next = 0;
    this.first = seed; // a number, once the first drawing says which one a text stands for
    this.busy = false;
    this.sketches.clear();
    const { desk } = this;
    desk.seedField.show(seed);
    desk.caption(desk.category.name, this.isMatrix ? `seed ${inText(seed)} at each temperature` : `seeds from ${inText(seed)} on`);
    address.write(this.#state(), { push });
    if (this.isMatrix) return this.#fillMatrix();
    this.list = document.createElement("ul");
    this.list.className = "cells";
    this.wall.replaceChildren(this.list, this.sentinel);
    this.wall.scrollTop = 0;
    return this.#more();
  }

  async #more() {
    if (this.busy || this.isMatrix || !this.list?.isConnected) return;
    this.busy = true;
    this.sentinel.textContent = "drawing…";
    const { slug } = this.desk.category;
    const { signal } = this.coming;
    const { list, first, next } = this;
    this.next += BATCH;
    try {
      const found = await drawings(slug, next ? (first + next) % SEEDS : first, BATCH, this.desk.temperatures, signal);
      list.append(...found.map((sketch) => this.#item(sketch)));
      if (!next) this.first = found[0].about.seed;
      this.busy = false;
      this.sentinel.textContent = "";
      if (isSeen(this.sentinel, this.wall)) this.#more();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.next = next;
      this.sentinel.textContent = error.message;
      setTimeout(() => {
        if (signal.aborted) return;
        this.busy = false;
        this.#more();
      }, 2000);
    }
  }

  async #fillMatrix() {
    const { slug } = this.desk.category;
    const { signal } = this.coming;
    const show = (sketch) => this.#cell(sketch);
    try {
      await matrixTable(this.wall, slug, this.seed, show, signal);
    } catch (error) {
      if (error.name !== "AbortError") this.desk.failed(error, () => this.#begin(this.seed, false));
    }
  }

  #item(sketch) {
    const item = document.createElement("li");
    item.append(this.#cell(sketch));
    return item;
  }

  /** A link that opens the drawing where it is drawn live. */
  #cell(sketch) {
    const { seed, temp_xy, temp_p, slug, category } = sketch.about;
    const link = document.createElement("a");
    link.className = "cell";
    link.href = address.href({ mode: "watch", category: slug, seed, temp_xy, temp_p });
    link.setAttribute("aria-label", `${category}, seed ${seed}, temperatures ${temp_xy} and ${temp_p}`);
    link.append(svgElement(sketch));
    this.sketches.set(link, sketch);
    return link;
  }

  #toggle() {
    this.#lookMatrix(!this.isMatrix);
    this.#begin(this.seed, true);
  }

  #lookMatrix(on) {
    this.isMatrix = on;
    $("matrix").setAttribute("aria-pressed", on);
    document.body.dataset.matrix = on;
  }

  #columns() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
  }
}

function isSeen(element, box) {
  const [a, b] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
  return a.bottom > Math.max(b.top, 0) && a.top < Math.min(b.bottom, innerHeight);
}
