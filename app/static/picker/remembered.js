// What this person drew lately, and what they like: kept by their browser, if it keeps anything.

const PLACE = "inkstream.picker";
const LATELY = 6;

function read() {
  try {
    const { recent, favourites } = JSON.parse(localStorage.getItem(PLACE)) ?? {};
    return [recent, favourites].map((slugs) => (Array.isArray(slugs) ? slugs.filter((slug) => typeof slug === "string") : []));
  } catch {
    return [[], []];
  }
}

export class Remembered {
  constructor() {
    [this.recent, this.favourites] = read();
  }

  /** Something is drawn: it becomes the latest. */
  drew(slug) {
    this.recent = [slug, ...this.recent.filter((other) => other !== slug)].slice(0, LATELY);
    this.#write();
  }

  likes(slug) {
    return this.favourites.includes(slug);
  }

  /** Like it, or no longer. */
  toggle(slug) {
    this.favourites = this.likes(slug) ? this.favourites.filter((other) => other !== slug) : [...this.favourites, slug];
    this.#write();
  }

  #write() {
    try {
      localStorage.setItem(PLACE, JSON.stringify({ recent: this.recent, favourites: this.favourites }));
    } catch {
      // no room, or not allowed: it lasts as long as the page
    }
  }
}
