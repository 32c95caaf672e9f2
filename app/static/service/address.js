// What is on the screen as an address: a link brings back the very drawing.

import { forget, put } from "./bar.js";
import { isSteering } from "../paper/steering.js";

const MODES = ["watch", "together", "alike", "between", "sheet"];
const SEEDS = 2 ** 53 - 1; // the largest of them
const LONGEST_SEED = 200; // characters
const SEEDED = ["seed", "like", "from", "to"];
const TEXTS = ["into", "latent", "system"];
const NAMES = ["mode", "category", ...SEEDED, "temp_xy", "temp_p", "given", ...TEXTS, "closeness", "at", "matrix"]; // in this order
export const NO_SEED = `is no seed, which is a whole number up to ${SEEDS}, or text of up to ${LONGEST_SEED} characters.`;
export const LONGEST = 8000; // characters of an address: proxies take no more
const SAID = 40; // characters of a slip that are said back
const STROKE = /^m?-?\d{1,5}\.-?\d{1,5}(\.-?\d{1,5}\.-?\d{1,5})*$/; // as the service takes it

/** A slip as it is said back. */
export const saidBack = (text) => `“${text.length > SAID ? `${text.slice(0, SAID)}…` : text}”`;

/** A number from 0 to `most`; NaN for what is none. */
function number(text, most) {
  const value = text.trim() === "" ? NaN : Number(text);
  return value >= 0 && value <= most ? value : NaN;
}

/** A seed as the service takes it: a number, or any text; NaN for what is none. */
export function seedOf(text) {
  const plain = text.trim();
  if (/^[+-]?\d+$/.test(plain)) return number(plain, SEEDS);
  return plain && [...plain].length <= LONGEST_SEED ? plain : NaN;
}

/** How to read what an address may name, and what to say where it makes no sense. */
const READERS = {
  ...Object.fromEntries(SEEDED.map((name) => [name, [seedOf, `${NO_SEED} Another is taken.`]])),
  ...Object.fromEntries(["temp_xy", "temp_p"].map((name) => [name, [(text) => number(text, 10), "is no temperature from 0 to 10. The recommended one is used."]])),
  given: [(text) => (!text || unpacked(text).length ? text || undefined : NaN), "is no drawing, which is x.y.x.y for each line and _ between lines. Nothing is drawn of it."],
  closeness: [(text) => number(text, 1), "is no number from 0 to 1. The usual one is used."],
};
const PLACE = [(text) => number(text, 1), "is no place on the way from 0 to 1. It begins at the beginning."];
const STEERING = [(text) => (isSteering(text) ? text : NaN), "does not say when which temperature changes, as 12:1.6 does. It is drawn without."];

/** The state on the screen as the address bar has it, with strokes that it has no room for. */
export function here() {
  forget();
  return read(location.search, history.state?.given);
}

/** The state that an address names. What it names wrongly is left out, and `slips` says so. `given`: strokes beside it. */
export function read(search, given) {
  const query = new URLSearchParams(search);
  if (given) query.set("given", given);
  const plain = ["category", "seed"].some((name) => query.has(name)) ? "watch" : "together"; // where no mode is named
  const mode = MODES.includes(query.get("mode")) ? query.get("mode") : plain;
  const slips = [];
  const found = Object.entries({ ...READERS, at: mode === "between" ? PLACE : STEERING }).map(([name, [readText, complaint]]) => {
    const text = query.get(name);
    const value = text === null ? undefined : readText(text);
    if (!Number.isNaN(value)) return [name, value];
    slips.push(`${saidBack(text)} (${name}) ${complaint}`);
    return [name, undefined];
  });
  const texts = TEXTS.map((name) => [name, query.get(name) || undefined]);
  const category = query.get("category") || undefined;
  return { mode, category, ...Object.fromEntries([...found, ...texts]), matrix: query.get("matrix") === "true", slips };
}

/** The address of a state. */
export function href(state) {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = state[name];
    const isDefault = (name === "mode" && value === "watch" && state.category !== undefined) || (name === "matrix" && !value);
    if (value !== undefined && !isDefault) query.set(name, value);
  }
  const text = query.toString();
  return new URL(text ? `?${text}` : ".", document.baseURI).href;
}

/** Put a state in the address bar, its strokes beside it where they are too many; `push`: Back leads to the one before. */
export function write(state, { push = false } = {}) {
  const whole = href(state);
  const kept = whole.length > LONGEST ? { given: state.given } : null;
  put(kept, kept ? href({ ...state, given: undefined }) : whole, push);
}

/** Strokes of whole numbers as short text: points after each other, "_" between strokes, "m" before the machine's. */
export function packed(strokes) {
  return strokes.map(({ by, points }) => (by === "machine" ? "m" : "") + points.flat().join(".")).join("_");
}

/** The strokes that such text stands for; none where it makes no sense. */
export function unpacked(text) {
  const parts = text.split("_");
  if (!parts.every((part) => STROKE.test(part))) return [];
  return parts.map((part) => {
    const numbers = part.replace("m", "").split(".").map(Number);
    const points = numbers.flatMap((x, i) => (i % 2 ? [] : [[x, numbers[i + 1]]]));
    return { by: part.startsWith("m") ? "machine" : "person", points };
  });
}
