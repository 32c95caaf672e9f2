// One WebSocket for all live drawings of the page. When it breaks, or the service stops, it is opened again, and the
// drawing in progress goes on: the same seed draws the same rows, and the service sends those that are not there.

import { steered } from "../paper/steering.js";
import { at } from "./service.js";

const WAITS = [300, 600, 1200, 2500, 5000]; // ms between attempts, by and large
const REFUSED = 403;
const UPGRADE = 426; // nothing but a WebSocket is wanting
const PATIENCE = 2; // attempts after which that is not by chance
const IDLE = 1000; // close code of a socket that nobody used
const OPENING = 8000; // ms: some proxies and firewalls never answer a handshake that they do not know

/** Whether a drawing that begins is the one that was wished for. */
const isOf = ({ seed, seed_text = seed, slug }, wish) => slug === wish.category && String(seed_text) === String(wish.seed);

export class Connection {
  /** `onAway(text)` is told why nothing comes, and null when it does again. */
  constructor(onAway) {
    this.onAway = onAway;
    this.socket = null;
    this.now = null; // the drawing in progress: {wish, reader, rows, heat, isSteered, at, start, begun}
    this.asked = null; // what somebody wants to know of a drawing: {id, wish, reader}
    this.asks = 0;
    this.attempts = 0;
    this.timer = 0;
    addEventListener("online", () => this.#retry(0));
    addEventListener("pagehide", () => this.socket?.close(1000));
  }

  /** Draw; `reader` is told start, points, end and refused. What was drawn before is no longer told. */
  draw(wish, reader) {
    this.now = { wish, reader, rows: 0, heat: null, isSteered: false, begun: false };
    this.#send();
  }

  /** What may these strokes show? `reader` is told guesses or refused, unless another question comes before. */
  guess(wish, reader) {
    this.asked = { id: ++this.asks, wish, reader };
    this.#ask();
  }

  /** Other temperatures or another pace for the rest; false where nothing is drawn any more. */
  change(changes) {
    const { now } = this;
    if (!now) return false;
    const { pace, ...heat } = changes;
    if (pace !== undefined) now.wish.pace = pace;
    if (Object.keys(heat).length) [now.heat, now.isSteered] = [{ ...now.heat, ...heat }, true];
    if (!now.begun || this.socket?.readyState !== WebSocket.OPEN) return true; // once it has begun
    this.#change(changes);
    return true;
  }

  /** Nothing more of the drawing in progress. */
  stop() {
    this.now = null;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"type":"stop"}');
  }

  #send() {
    if (this.socket === null || this.socket.readyState > WebSocket.OPEN) return this.open();
    if (this.socket.readyState !== WebSocket.OPEN || !this.now) return undefined;
    const { wish, isSteered, at, rows, start } = this.now;
    this.now.begun = false;
    const rest = rows ? { resume: rows, checkpoint: start.checkpoint } : {};
    return this.socket.send(JSON.stringify({ type: "draw", ...wish, at: isSteered ? at : wish.at, ...rest }));
  }

  #change(changes) {
    this.socket.send(JSON.stringify({ type: "change", ...changes }));
  }

  #ask() {
    if (this.socket === null || this.socket.readyState > WebSocket.OPEN) return this.open();
    if (this.socket.readyState !== WebSocket.OPEN || !this.asked) return undefined;
    const { id, wish } = this.asked;
    return this.socket.send(JSON.stringify({ type: "guess", id, ...wish }));
  }

  /** Be ready before the first drawing is wished for. */
  open() {
    clearTimeout(this.timer);
    const address = at(`ws/draw/${encodeURIComponent(this.now?.wish.category ?? "any")}?wait=true`);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    const late = setTimeout(() => this.#late(), OPENING);
    socket.onopen = () => {
      clearTimeout(late);
      this.attempts = 0;
      this.onAway(null);
      this.#send();
      this.#ask();
    };
    socket.onmessage = ({ data }) => socket === this.socket && this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => {
      clearTimeout(late);
      if (socket === this.socket) this.#lost(code);
    };
  }

  /** It does not open, which is hardly by chance. */
  #late() {
    this.attempts += PATIENCE;
    this.socket.close();
  }

  #hear(message) {
    if (message.id !== undefined) return this.#answer(message);
    return this.#draw(message);
  }

  #answer({ id, problem, guesses, sure }) {
    if (id !== this.asked?.id) return;
    const { reader } = this.asked;
    this.asked = null;
    if (problem) reader.refused(problem);
    else reader.guesses(guesses, sure);
  }

  #draw(message) {
    const now = this.now;
    if (!now) return;
    if (message.type === "error") {
      this.now = null;
      now.reader.refused(message.problem);
    } else if (message.type === "start") {
      if (isOf(message, now.wish)) this.#begin(now, message);
    } else if (!now.begun) {
      // of the drawing before
    } else if (message.type === "points") {
      this.#take(now, message);
    } else if (message.reason !== "cancelled") {
      this.now = null;
      if (message.problem) now.reader.refused(message.problem);
      else now.reader.end(message.reason, message.at);
    }
  }

  #begin(now, message) {
    now.begun = true;
    now.start = message;
    if (!message.resume) {
      now.rows = 0;
      now.reader.start(message);
    }
    if (now.heat) this.#change(now.heat); // wished for when the connection broke
  }

  #take(now, { stroke5, belief, at }) {
    if (at) this.#steered(now, at);
    now.rows += stroke5.length;
    now.reader.points(stroke5, belief, at);
  }

  /** The service says how the temperatures changed; what was wished for may still be on its way. */
  #steered(now, at) {
    now.at = at;
    const heat = steered(now.start, at);
    if (Object.entries(now.heat ?? {}).every(([name, value]) => heat[name] === value)) now.heat = null;
  }

  #lost(code) {
    this.socket = null;
    if (this.now) this.now.begun = false;
    else if (code === IDLE && !this.asked) return; // opened again when it is needed
    this.#tell();
    this.#retry(WAITS[Math.min(this.attempts++, WAITS.length - 1)] * (0.5 + Math.random())); // not all pages at once
  }

  #retry(wait) {
    clearTimeout(this.timer);
    if (this.socket === null && (this.now || this.asked || this.attempts)) this.timer = setTimeout(() => this.open(), wait);
  }

  /** Why there is no live drawing though the server is there: a browser does not tell of a refused WebSocket. */
  async #refusal() {
    const answer = await fetch(at("ws/draw/any"), { method: "POST", cache: "no-store" }); // a POST says whose page it is
    const { detail } = await answer.json();
    if (answer.status === REFUSED) return `No live drawings for this page. ${detail}`;
    if (answer.status === UPGRADE && this.attempts > PATIENCE) return `No live drawings come through. ${detail}`;
    return "The server takes no more live drawings just now. Trying again…";
  }

  async #tell() {
    let text = "The server is away. Trying again…";
    try {
      const answer = await fetch(at("readyz"), { cache: "no-store" });
      if (answer.ok && this.attempts <= 1) return; // it broke by chance: it is being opened again
      text = answer.ok ? await this.#refusal() : "The server is getting ready…";
    } catch {
      // away indeed
    }
    if (this.socket?.readyState !== WebSocket.OPEN) this.onAway(text);
  }
}
