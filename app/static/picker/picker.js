// What can be drawn: a grid to search in, each with a picture that its own network drew.

import * as address from "../service/address.js";
import { at, drawPath } from "../service/service.js";

const $ = (id) => document.getElementById(id);
const THUMBNAIL = { seed: 8, stroke_width: 7, format: "svg" };

/** A name without what does not count, as the service matches it. */
const plain = (name) => name.toLowerCase().replace(/[\s_-]+/g, "").replace(/^the/, "");

export class Picker {
  /** `onPick(category)`. */
  constructor(onPick) {
    this.onPick = onPick;
    this.items = new Map(); // slug -> link
    this.categories = [];
    $("search").addEventListener("input", () => this.#search());
    $("search").addEventListener("keydown", (event) => event.key === "Enter" && this.#first());
  }

  fill(categories) {
    this.categories = categories;
    $("categories").replaceChildren(...categories.map((category) => this.#item(category)));
    this.#search();
  }

  /** The category of a name, however that is written; undefined where nothing is called so. */
  find(name) {
    return this.categories.find(({ slug, name: whole }) => [plain(slug), plain(whole)].includes(plain(name)));
  }

  mark({ slug }) {
    for (const [each, link] of this.items) {
      if (each === slug) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const box = $("categories");
    const link = this.items.get(slug);
    if (box.scrollWidth > box.clientWidth) box.scrollLeft = link.offsetLeft - box.clientWidth / 2 + link.offsetWidth / 2;
  }

  #item(category) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const picture = new Image(64, 64);
    picture.alt = "";
    picture.loading = "lazy";
    picture.src = at(drawPath(category.slug, THUMBNAIL));
    link.href = address.href({ category: category.slug });
    link.append(picture, category.name);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.onPick(category);
    });
    item.append(link);
    this.items.set(category.slug, link);
    return item;
  }

  #search() {
    const wanted = plain($("search").value);
    let shown = 0;
    for (const { slug, name } of this.categories) {
      const fits = plain(name).includes(wanted);
      this.items.get(slug).parentElement.hidden = !fits;
      shown += fits;
    }
    $("categories").hidden = shown === 0;
    $("nothing").hidden = shown > 0 || !this.categories.length;
    $("nothing").textContent = `Nothing here draws “${$("search").value}”.`;
  }

  #first() {
    const category = this.categories.find(({ slug }) => !this.items.get(slug).parentElement.hidden);
    if (category && $("search").value) this.onPick(category);
  }
}
