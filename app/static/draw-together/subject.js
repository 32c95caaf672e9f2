// What a drawing of two hands is of: the category that the person chose, the guess that they tapped, or what is seen.

import { Guesses, words } from "./guesses.js";
import { Seer } from "./seer.js";

const BLIND = "urn:inkstream:problem:no-recogniser";
const $ = (id) => document.getElementById(id);

/** Whether nothing can be seen in strokes yet. */
function isDot(strokes) {
  const [[first]] = strokes;
  return strokes.flat().every(([x, y]) => x === first[0] && y === first[1]);
}

export class Subject {
  /** `onKnown(seed)`: it may be finished, from this seed. `onChange()`: it is seen as something else, or `free`. */
  constructor(desk, { onKnown, onChange }) {
    this.desk = desk;
    this.tell = { onKnown, onChange };
    this.chosen = null; // by the person, before they drew
    this.meant = null; // by the person, of the guesses
    this.seen = null; // {guesses, sure}
    this.isBlind = false; // the service recognises nothing
    this.seer = new Seer(desk.connection, {
      onSeen: (guesses, sure, whole) => this.#see({ guesses, sure }, whole),
      onBlind: (problem, whole) => this.#blind(problem, whole),
    });
    this.guesses = new Guesses($("guesses"), (slug) => this.#mean(slug));
    $("guess").addEventListener("click", () => this.#free());
  }

  /** The person wants this category; null: whatever they draw. */
  choose(category) {
    this.chosen = category ?? (this.isBlind ? this.desk.category : null);
    this.forget();
  }

  /** The drawing is gone. */
  forget() {
    this.seer.forget();
    this.meant = this.seen = null;
  }

  /** The strokes grow. */
  watch(strokes) {
    if (!this.chosen && !isDot(strokes)) this.seer.look({ strokes });
  }

  /** The pen is lifted: `onKnown(seed)` is told once it is known what to finish. */
  ask(strokes, seed) {
    this.seed = seed;
    if (this.chosen) this.tell.onKnown(seed);
    else if (!isDot(strokes)) this.seer.look({ strokes }, true);
  }

  /** What it is finished as. */
  get category() {
    const seen = this.seen?.guesses.map(({ slug }) => this.desk.picker.find(slug)).find(Boolean);
    return this.chosen ?? this.meant ?? seen ?? this.desk.category;
  }

  /** In words; `begun`: there is something on the paper. */
  title(begun) {
    const named = this.chosen ?? this.meant;
    if (named) return named.name;
    if (this.seen) return words(this.seen.guesses, this.seen.sure);
    return begun ? "What is it?" : "Draw something";
  }

  /** Show the guesses; `taken`: the category that it is finished as. */
  show(taken) {
    $("guess").hidden = !this.chosen || this.isBlind;
    this.guesses.show((!this.chosen && this.seen?.guesses) || [], this.chosen ? null : (this.meant ?? taken));
  }

  #free() {
    this.choose(null);
    this.tell.onChange(true);
  }

  #see(seen, whole) {
    this.seen = seen;
    if (whole) this.tell.onKnown(this.seed);
    else this.tell.onChange();
  }

  #mean(slug) {
    this.meant = this.desk.picker.find(slug) ?? null;
    this.tell.onKnown();
  }

  /** It cannot tell. Without a recogniser the person has to choose a category, as ever. */
  #blind(problem, whole) {
    if (problem.type === BLIND) {
      this.isBlind = true;
      this.chosen = this.desk.category;
      const { name } = this.chosen;
      this.desk.notice(`This server does not recognise drawings. It finishes yours as: ${name}. Choose what you like.`);
    }
    if (!whole) this.tell.onChange();
    else if (this.chosen || this.meant || this.seen) this.tell.onKnown(this.seed);
    else this.desk.refuse(problem);
  }
}
