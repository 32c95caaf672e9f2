// The sketchbook: what its modes share, and which of them is on the screen.

import * as address from "./service/address.js";
import { Connection } from "./service/connection.js";
import { Dials } from "./panel/dials.js";
import { howItWorks } from "./panel/how.js";
import { listenToKeys } from "./panel/keys.js";
import { Notice } from "./panel/notice.js";
import { onRestored } from "./panel/restored.js";
import { SeedField } from "./panel/seed.js";
import { Paper, still } from "./paper/paper.js";
import { Picker } from "./picker/picker.js";
import { Away, back } from "./service/service.js";
import { takeAway } from "./take-away/takeaway.js";
import { Modes } from "./modes.js";
import { AWAY, listed, understood } from "./start.js";

const $ = (id) => document.getElementById(id);
const main = document.querySelector("main");
const FAVOURITE = "penguin"; // where the address names none

/** What every mode can use, and the way in which they speak to the person. */
class Desk {
  constructor() {
    this.paper = new Paper($("canvas"));
    this.said = new Notice($("notice"));
    this.connection = new Connection((text) => this.away(text));
    this.seedField = new SeedField($("seed"), {
      onSow: (seed) => {
        this.notice(null);
        this.mode?.sow(seed);
      },
      onSlip: (text) => this.notice(text),
    });
    this.dials = new Dials((changes, settled) => this.mode?.heat(changes, settled));
    this.picker = new Picker((category) => this.pick(category));
    this.category = null;
    this.modes = new Modes(this);
    this.mode = null;
    this.#speeds();
    document.addEventListener("click", (event) => this.#follow(event));
    addEventListener("popstate", () => {
      if (main.inert) return; // what the address says then is still to be shown
      this.notice(null);
      this.go(address.here());
    });
    howItWorks(() => this.category && { category: this.category, system: this.mode?.system });
    listenToKeys();
    takeAway($("take"), () => this.mode, (text) => ($("taken").textContent = text));
  }

  /** Those of the sliders. */
  get temperatures() {
    return { ...this.dials.values };
  }

  get pace() {
    return Number(document.querySelector("input[name=speed]:checked").value) || Infinity;
  }

  /** Put a state of the address on the screen; one of another mode than the first two once that is loaded. */
  async go(state) {
    const asked = state.category === undefined ? undefined : this.picker.find(state.category);
    const names = [state.category, state.mode === "between" ? state.into : undefined];
    const unknown = names.filter((name) => name !== undefined && !this.picker.find(name));
    const slips = [...unknown.map((name) => `Nothing here draws ${address.saidBack(name)}.`), ...state.slips];
    if (slips.length) this.notice(slips.join(" "));
    const [first] = this.picker.categories;
    const some = asked ?? this.category ?? this.picker.find(FAVOURITE) ?? first;
    if (asked || state.mode !== "together") this.#choose(some);
    else this.#turn(some); // nobody chose it
    this.dials.set({ ...this.dials.recommended, ...defined({ temp_xy: state.temp_xy, temp_p: state.temp_p }) });
    this.mode?.leave();
    this.mode = null;
    document.body.dataset.mode = state.mode;
    for (const link of document.querySelectorAll(".modes a")) {
      if (link.dataset.mode === state.mode) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    $("taken").textContent = "";
    this.state = state;
    const mode = this.modes.now(state.mode) ?? (await this.#load(state.mode));
    if (this.state !== state) return; // another came meanwhile
    this.mode = mode;
    mode.enter({ ...state, category: asked });
  }

  async #load(name) {
    try {
      return await this.modes.load(name);
    } catch {
      this.away(AWAY);
      await back();
      location.reload(); // a browser asks once for a module, and another version of the page has others
      return new Promise(() => {});
    }
  }

  /** Another state; Back leads to the one before. */
  open(state) {
    address.write(state, { push: true });
    this.notice(null);
    this.go({ slips: [], ...state });
    $("stage").focus({ preventScroll: true }); // what was pressed is gone
  }

  pick(category) {
    this.notice(null);
    this.#choose(category);
    this.dials.set(this.dials.recommended);
    this.mode?.pick();
  }

  /** The machine took what is drawn for this. */
  take(category) {
    if (this.category === category && this.picker.category === category) return;
    this.#choose(category);
    this.dials.set(this.dials.recommended);
  }

  /** A drawing has begun, at the temperatures that the service says. */
  begun({ temp_xy, temp_p }) {
    this.dials.set({ temp_xy, temp_p });
    this.said.settle();
  }

  caption(title, subtitle) {
    $("title").textContent = title;
    $("subtitle").textContent = subtitle;
    document.title = `${title} · Inkstream`;
    $("taken").textContent = "";
  }

  /** What the canvas shows, for those who do not see it. */
  describe(text) {
    this.paper.canvas.setAttribute("aria-label", text);
    $("said").textContent = text;
  }

  /** The service would not do what was wished for. */
  refuse(problem) {
    this.said.say(problem.detail ?? problem.title, true);
  }

  /** Something was asked for in vain; where the server is away, it is asked for again once that is back. */
  async failed(error, again) {
    if (!(error instanceof Away)) return this.refuse({ detail: error.message });
    const { mode } = this;
    this.away(AWAY);
    await back();
    this.away(null);
    if (this.mode === mode) again();
    return undefined;
  }

  /** Say something until something else is to be said; null takes it back. */
  notice(text) {
    this.said.say(text);
  }

  /** Say why nothing comes from the server; null once it does. */
  away(text) {
    this.said.away(text);
  }

  #choose(category) {
    this.#turn(category);
    this.picker.mark(category);
  }

  #turn(category) {
    this.category = category;
    this.dials.recommend(category.systems.find(({ system }) => system === category.default) ?? category.systems[0]);
  }

  #speeds() {
    if (still.matches) document.querySelector("input[name=speed][value='0']").checked = true;
    const told = () => this.mode?.speed?.(this.pace);
    $("speed").addEventListener("change", told);
    onRestored(told);
  }

  /** A link to the page itself changes what is on the screen; no need to load it again. */
  #follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || main.inert || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const to = new URL(link.href);
    if (to.hash || to.origin !== location.origin || to.pathname !== location.pathname) return;
    event.preventDefault();
    const read = address.read(to.search);
    const state = { ...read, category: read.category ?? (read.mode === "together" ? undefined : this.category?.slug) };
    address.write(state, { push: true }); // with the category: the page may have to be loaded anew
    this.notice(null);
    this.go(state);
  }
}

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

const desk = new Desk();
desk.connection.open();
desk.picker.fill(await listed(desk));
const state = await understood(desk, address.here());
main.inert = false; // before nobody knows what its buttons are about
desk.go(state);
