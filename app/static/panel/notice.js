// What the page says above all else: why something did not happen, or why nothing comes.

export class Notice {
  constructor(element) {
    this.element = element;
    this.text = element.querySelector("p");
    element.querySelector("button").addEventListener("click", () => this.say(null));
    this.texts = { away: null, said: null };
    this.isRefusal = false;
  }

  /** Say something until something else is to be said; null takes it back. `isRefusal`: it is over once something works. */
  say(text, isRefusal = false) {
    this.isRefusal = isRefusal;
    this.#show({ said: text });
  }

  /** Something worked. */
  settle() {
    if (this.isRefusal) this.say(null);
  }

  /** Say why nothing comes from the server; null once it does. */
  away(text) {
    this.#show({ away: text });
  }

  #show(texts) {
    Object.assign(this.texts, texts);
    const text = this.texts.away ?? this.texts.said ?? "";
    this.element.hidden = !text;
    this.element.querySelector("button").hidden = this.texts.away !== null; // that is over by itself
    if (this.text.textContent !== text) this.text.textContent = text; // said once to a screen reader
  }
}
