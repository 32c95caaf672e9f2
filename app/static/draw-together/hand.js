// A person's pen on the paper: mouse, finger, stylus, or the arrow keys.

const STEP = 8; // pixels of the drawing for each press of an arrow key
const KEYS = "Arrow keys move the pen, Space puts it down and lifts it.";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Hand {
  /** `onDown()`, `onMove(points)` while the pen is down, `onLift(points)`; `onCursor(point, down)` for the keyboard. */
  constructor(paper, { onDown, onMove, onLift, onCursor }) {
    this.paper = paper;
    this.tell = { onDown, onMove, onLift, onCursor };
    this.points = null; // of the stroke in progress
    this.pointer = null;
    this.cursor = null; // of the keyboard
    const { canvas } = paper;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#drop(event));
    // a stroke is no gesture of the browser: else a quick one would go on as a fling, which swallows the next tap
    canvas.addEventListener("touchstart", (event) => this.isActive && event.preventDefault(), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.rest());
  }

  /** Whether the paper takes strokes; then it takes keys as well, and says which. */
  set active(active) {
    const { canvas } = this.paper;
    this.isActive = active;
    if (!active) this.#forget();
    canvas.role = active ? "application" : "img";
    canvas.tabIndex = active ? 0 : -1;
    if (active) canvas.setAttribute("aria-description", KEYS);
    else canvas.removeAttribute("aria-description");
  }

  /** Lift the keyboard's pen, which waits for its key else; whether no pen is on the paper now. */
  rest() {
    if (this.points && this.pointer === null) this.#lift();
    return this.points === null;
  }

  #down(event) {
    if (!this.isActive || event.button !== 0 || !event.isPrimary || !this.rest()) return;
    this.paper.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.paper.hold(true);
    this.points = [this.paper.at(event)];
    this.tell.onDown();
    this.tell.onMove(this.points);
  }

  #move(event) {
    if (event.pointerId !== this.pointer) return;
    const several = event.getCoalescedEvents?.() ?? [];
    for (const each of several.length ? several : [event]) this.points.push(this.paper.at(each));
    this.tell.onMove(this.points);
  }

  #up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.paper.hold(false);
    this.#lift();
  }

  /** The system took the pointer away, for a gesture of its own: that was no stroke. */
  #drop(event) {
    if (event.pointerId !== this.pointer) return;
    this.#forget();
    this.tell.onMove(null);
  }

  #forget() {
    this.pointer = this.points = null;
    this.paper.hold(false);
  }

  #lift() {
    const { points } = this;
    this.points = null;
    this.tell.onLift(points);
  }

  #key(event) {
    if (!this.isActive || this.pointer !== null || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    this.cursor ??= [this.paper.view.x, this.paper.view.y].map(Math.round);
    if (arrow) {
      this.cursor = this.cursor.map((value, i) => value + arrow[i] * STEP);
      this.points?.push(this.cursor);
    } else if (this.points) {
      this.#lift();
    } else {
      this.points = [this.cursor];
      this.tell.onDown();
    }
    if (this.points) this.tell.onMove(this.points);
    this.tell.onCursor(this.cursor, this.points !== null);
  }
}
