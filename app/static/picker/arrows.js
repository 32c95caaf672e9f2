// One stop of the Tab key for many links; arrow keys move among them.

import { isLaidOut } from "../panel/seen.js";

const middle = ({ left, right }) => (left + right) / 2;

export class Arrows {
  constructor(box) {
    this.box = box;
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("focusin", ({ target }) => target.matches("a") && this.#stop(target));
  }

  /** Tab leads to this link, or, where it is not to be seen, to the first. */
  rest(link) {
    this.#stop(link && isLaidOut(link) ? link : this.links[0]);
  }

  /** Those that can be seen. */
  get links() {
    return [...this.box.querySelectorAll("a")].filter(isLaidOut);
  }

  #stop(link) {
    if (this.now) this.now.tabIndex = -1;
    this.now = link;
    if (link) link.tabIndex = 0;
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.matches("a")) return;
    const { links } = this;
    const place = links.indexOf(event.target);
    const ways = {
      ArrowRight: () => links[place + 1],
      ArrowLeft: () => links[place - 1],
      ArrowDown: () => this.#beyond(links.slice(place + 1), event.target, (now, box) => box.top >= now.bottom - 1),
      ArrowUp: () => this.#beyond(links.slice(0, place).reverse(), event.target, (now, box) => box.bottom <= now.top + 1),
      Home: () => links[0],
      End: () => links.at(-1),
    };
    if (!(event.key in ways)) return;
    event.preventDefault();
    ways[event.key]()?.focus();
  }

  /** Of the next row of links, the one that lies straight above or below. */
  #beyond(links, from, isBeyond) {
    const now = from.getBoundingClientRect();
    let [best, row] = [undefined, undefined];
    for (const link of links) {
      const box = link.getBoundingClientRect();
      if (row === undefined && !isBeyond(now, box)) continue;
      row ??= box.top;
      if (Math.abs(box.top - row) > box.height / 2) break;
      if (!best || Math.abs(middle(box) - middle(now)) < Math.abs(middle(best.getBoundingClientRect()) - middle(now))) best = link;
    }
    return best;
  }
}
