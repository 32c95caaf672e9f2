// What the machine takes a drawing for, in words, and as buttons that say what it is instead.

const MOST = 4; // guesses that are shown
const WORTH = 0.05; // a guess that is less likely is not said
const ALONE = new Set(
  ["asparagus", "bread", "broccoli", "camouflage", "grass", "lightning", "rain", "toothpaste", "underwear", "yoga"], // no "a"
);

/** A thing as one speaks of it: "a cat", "an owl", "grapes", "The Eiffel Tower". */
export function spoken(name) {
  if (/^the /i.test(name) || /[^sou]s$/i.test(name) || ALONE.has(name)) return name;
  return `${/^(?!uni|eu)[aeiou]|^hour/i.test(name) ? "an" : "a"} ${name}`;
}

/** "a cat" where it is sure, else "a cat? a bear?" */
export function words(guesses, sure) {
  const [first, second] = guesses;
  if (!first) return "I cannot tell.";
  if (sure) return spoken(first.name);
  const several = second && second.probability >= WORTH ? [first, second] : [first];
  return several.map(({ name }) => `${spoken(name)}?`).join(" ");
}

export class Guesses {
  /** Buttons in `box`; `onChoose(slug)`. */
  constructor(box, onChoose) {
    this.box = box;
    box.addEventListener("click", ({ target }) => {
      const slug = target.closest("button")?.dataset.slug;
      if (slug) onChoose(slug);
    });
  }

  /** The likeliest of them, and which one the drawing is finished as: {slug, name}, or null. */
  show(guesses, taken) {
    const some = guesses.filter(({ probability }, place) => !place || probability >= WORTH).slice(0, MOST);
    if (taken && !some.some(({ slug }) => slug === taken.slug)) some.unshift(taken);
    while (this.box.children.length < some.length) this.box.append(this.#button());
    [...this.box.children].forEach((button, place) => this.#fill(button, some[place], taken)); // in place: focus stays
  }

  #button() {
    const button = document.createElement("button");
    button.type = "button";
    button.append(document.createElement("span"), " ", document.createElement("small")); // two words to who hears them
    return button;
  }

  #fill(button, guess, taken) {
    button.hidden = !guess;
    if (!guess) return;
    const [name, share] = button.children;
    name.textContent = guess.name;
    share.textContent = guess.probability === undefined ? "" : `${Math.round(100 * guess.probability)} %`;
    button.dataset.slug = guess.slug;
    button.setAttribute("aria-pressed", guess.slug === taken?.slug);
  }
}
