// Asks what a drawing shows, while it is drawn: not at every move of the pen, and the newest answer counts.

const PAUSE = 150; // ms from one question to the next: the service answers ten a second at most

export class Seer {
  /** `onSeen(guesses, sure, whole)`; `onBlind(problem)`: it cannot tell. `whole`: the pen was lifted. */
  constructor(connection, { onSeen, onBlind }) {
    this.connection = connection;
    this.tell = { onSeen, onBlind };
    this.timer = 0;
    this.last = -Infinity;
  }

  /** Ask about these strokes; soon, or now that they are `whole`. */
  look(wish, whole = false) {
    clearTimeout(this.timer);
    const wait = whole ? 0 : this.last + PAUSE - performance.now();
    if (wait > 0) this.timer = setTimeout(() => this.#ask(wish, whole), wait);
    else this.#ask(wish, whole);
  }

  /** What was asked does not matter any more. */
  forget() {
    clearTimeout(this.timer);
    this.connection.asked = null;
  }

  #ask(wish, whole) {
    this.last = performance.now();
    this.connection.guess(wish, {
      guesses: (guesses, sure) => this.tell.onSeen(guesses, sure, whole),
      refused: (problem) => this.tell.onBlind(problem, whole),
    });
  }
}
