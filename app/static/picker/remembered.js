// What this person drew lately, and what they like: kept by their browser, if it keeps anything.

const PLACE = "inkstream.picker";
const LATELY = 6;

/** What the browser keeps. Raises what it says where it keeps nothing. */
function read() {
  const text = localStorage.getItem(PLACE);
  try {
    const { recent, favourites } = JSON.parse(text) ?? {};
    return [recent, favourites].map((slugs) => (Array.isArray(slugs) ? slugs.filter((slug) => typeof slug === "string") : []));
  } catch {
    return [[], []]; // not ours
  }
}

export class Remembered {
  /** `onChange()`: another tab of the page remembers something else now. */
  constructor(onChange) {
    [this.recent, this.favourites] = [[], []];
    this.isKept = true; // else it lasts as long as the page
    this.#read();
    addEventListener("storage", ({ key }) => {
      if (key !== PLACE && key !== null) return;
      this.#read();
      onChange();
    });
  }

  /** Something is drawn: it becomes the latest. */
  drew(slug) {
    this.#read();
    this.recent = [slug, ...this.recent.filter((other) => other !== slug)].slice(0, LATELY);
    this.#write();
  }

  likes(slug) {
    return this.favourites.includes(slug);
  }

  /** Like it, or no longer. */
  toggle(slug) {
    this.#read();
    this.favourites = this.likes(slug) ? this.favourites.filter((other) => other !== slug) : [...this.favourites, slug];
    this.#write();
  }

  /** What other tabs wrote meanwhile stays. */
  #read() {
    if (!this.isKept) return;
    try {
      [this.recent, this.favourites] = read();
    } catch {
      this.isKept = false;
    }
  }

  #write() {
    try {
      localStorage.setItem(PLACE, JSON.stringify({ recent: this.recent, favourites: this.favourites }));
    } catch {
      this.isKept = false; // no room, or not allowed
    }
  }
}
