// The grid of categories: favourites, what was drawn lately, then group by group; or what a search found.

import { isLaidOut } from "../panel/seen.js";
import * as address from "../service/address.js";
import { Arrows } from "./arrows.js";
import { Thumbnails } from "./thumbnails.js";

const FEW = 12; // so many are seen at once: no need to remember some of them
const REST = "everything else"; // what belongs to no group, where others do

export class Grid {
  /** `onPick(category)`. */
  constructor(box, onPick) {
    this.box = box;
    this.onPick = onPick;
    this.arrows = new Arrows(box);
    this.thumbnails = new Thumbnails(box);
    this.links = new Map(); // slug -> links: a favourite has more than one
    this.found = document.createElement("ul");
    this.found.hidden = true;
    this.sections = [];
  }

  /** All of them. */
  fill(categories, remembered) {
    this.categories = new Map(categories.map((category) => [category.slug, category]));
    this.favourites = this.#section("Favourites", []);
    this.recent = this.#section("Recent", []);
    const groups = grouped(categories);
    this.groups = [...groups.keys()].filter(Boolean).sort();
    this.sections = this.groups.map((group) => this.#section(group, groups.get(group), group));
    if (groups.has("")) this.sections.push(this.#section(this.groups.length ? REST : "", groups.get(""), REST));
    this.box.replaceChildren(this.found, this.favourites, this.recent, ...this.sections);
    this.show(remembered);
  }

  /** What is remembered, as it is now. */
  show({ favourites, recent }) {
    const isMany = this.categories.size > FEW;
    this.#refill(this.favourites, isMany ? favourites : []);
    const shown = [...this.recent.querySelectorAll("a")].map((link) => link.dataset.slug);
    if (!shown.includes(recent[0])) this.#refill(this.recent, isMany ? recent : []); // else nothing moves under one's hand
    this.#mark();
  }

  /** One group only; all for "". */
  choose(group) {
    this.group = group;
    this.#look();
    this.box.scrollTo(0, 0);
  }

  /** What a search found, in its order; null: no search. */
  find(categories) {
    const focused = this.found.querySelector("a:focus")?.dataset.slug;
    this.#drop(this.found);
    this.found.replaceChildren(...(categories ?? []).map((category) => this.#item(category)));
    this.found.hidden = categories === null;
    this.#look();
    if (categories) this.box.scrollTo(0, 0);
    this.#mark();
    if (focused) this.#focus(focused);
  }

  /** This one is on the screen. */
  mark({ slug }) {
    this.slug = slug;
    this.#mark();
    const links = (this.links.get(slug) ?? []).filter(isLaidOut);
    if (links.length && !links.some((link) => this.#isSeen(link))) this.#bring(links.at(-1));
  }

  #mark() {
    for (const [slug, links] of this.links) {
      for (const link of links) {
        if (slug === this.slug) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }
    if (!this.box.contains(document.activeElement)) this.arrows.rest(this.box.querySelector("ul:not([hidden]) a[aria-current]"));
  }

  #look() {
    const isSearch = !this.found.hidden;
    for (const section of [this.favourites, this.recent]) {
      section.hidden = isSearch || Boolean(this.group) || !section.querySelector("li");
    }
    for (const section of this.sections) section.hidden = isSearch || Boolean(this.group && section.dataset.group !== this.group);
  }

  #section(title, categories, group) {
    const section = document.createElement("section");
    if (title) {
      const heading = document.createElement("h3");
      heading.textContent = title;
      section.append(heading);
    }
    const list = document.createElement("ul");
    list.append(...categories.map((category) => this.#item(category)));
    section.append(list);
    if (group) section.dataset.group = group;
    return section;
  }

  #refill(section, slugs) {
    const list = section.querySelector("ul");
    this.#drop(list);
    const known = slugs.map((slug) => this.categories.get(slug)).filter(Boolean);
    list.replaceChildren(...known.map((category) => this.#item(category)));
    this.#look();
  }

  #item(category) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address.href({ category: category.slug });
    link.dataset.slug = category.slug;
    link.tabIndex = -1;
    link.append(this.thumbnails.image(category), category.name);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.onPick(category);
    });
    item.append(link);
    this.links.set(category.slug, [link, ...(this.links.get(category.slug) ?? [])]);
    return item;
  }

  /** Back to where one was in what a search found, or to the first of it. */
  #focus(slug) {
    const links = [...this.found.querySelectorAll("a")];
    (links.find((link) => link.dataset.slug === slug) ?? links[0])?.focus();
  }

  /** The links of a list go, and will not come again. */
  #drop(list) {
    for (const link of list.querySelectorAll("a")) {
      const { slug } = link.dataset;
      this.thumbnails.forget(link.querySelector("img"));
      this.links.set(slug, this.links.get(slug).filter((other) => other !== link));
    }
  }

  #isSeen(link) {
    const [a, b] = [link.getBoundingClientRect(), this.box.getBoundingClientRect()];
    return a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1 && a.right <= b.right + 1;
  }

  /** Scroll it to the middle of the grid; the page itself stays where it is. */
  #bring(link) {
    const [a, b] = [link.getBoundingClientRect(), this.box.getBoundingClientRect()];
    this.box.scrollBy((a.left + a.right - b.left - b.right) / 2, (a.top + a.bottom - b.top - b.bottom) / 2);
  }
}

function grouped(categories) {
  const groups = new Map();
  for (const category of categories) groups.set(category.group, [...(groups.get(category.group) ?? []), category]);
  return groups;
}
