// The routes of the service that this page asks, and what goes wrong with them.

import { Sketch } from "../paper/sketch.js";

export const RETRY = 1500; // ms
const LONGEST_NAME = 100; // that it takes

/** The address of a path of the service. */
export const at = (path) => new URL(path, document.baseURI);

/** The service answered that it cannot: a problem document. */
export class Problem extends Error {
  constructor(body) {
    super(body.detail ?? body.title ?? "The server could not do that.");
    this.status = body.status;
  }
}

/** The service did not answer. */
export class Away extends Error {}

/** An answer that is no error. Raises Away or Problem. */
export async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(at(path), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away("The server is away.");
  }
  if (answer.ok) return answer;
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json");
  throw new Problem(isProblem ? await answer.json() : { status: answer.status });
}

/** Wait until the service is there again. */
export async function back() {
  for (;;) {
    await new Promise((resume) => setTimeout(resume, RETRY));
    const answer = await fetch(at("readyz"), { cache: "no-store" }).catch(() => null);
    if (answer?.ok) return;
  }
}

/** Everything that can be drawn without naming a system. */
export async function categories() {
  const found = await (await ask("categories")).json();
  return found.categories.filter(({ default: system, available }) => system !== null && available);
}

/** Slugs of what a text may mean, the likeliest first. */
export async function search(text, signal) {
  const query = new URLSearchParams({ q: text.slice(0, LONGEST_NAME), compact: true });
  const found = await (await ask(`categories?${query}`, { signal })).json();
  return found.categories.map(({ slug }) => slug);
}

/** The card of the system that draws a category; without one, of the system that draws it unless another is asked for. */
export async function card(slug, system) {
  const { cards } = await (await ask(`categories/${encodeURIComponent(slug)}`)).json();
  return cards.find((each) => each.system === system) ?? cards[0];
}

/** The path of a drawing with a query; what is undefined is left out. */
export function drawPath(slug, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `draw/${encodeURIComponent(slug)}?${new URLSearchParams(given)}`;
}

/** One drawing, as JSON. */
export async function drawing(slug, query, signal) {
  return (await ask(drawPath(slug, { ...query, format: "json" }), { signal })).json();
}

function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** Endings of a drawing that was begun. */
export async function complete(slug, body, signal) {
  return (await (await post(`complete/${encodeURIComponent(slug)}`, body, signal)).json()).drawings;
}

/** Drawings like one of ours, of the seed `like`, or like one of these `strokes`, as JSON. */
export async function likenesses(slug, wish, signal) {
  const path = `like/${encodeURIComponent(slug)}?format=json&coordinates=ours`;
  const asked = wish.strokes ? post(path, wish, signal) : ask(drawPath(slug, { ...wish, format: "json" }), { signal });
  return (await (await asked).json()).drawings;
}

/** The path of what lies between two ends, each {category, like} or {category, strokes}; and the body, if it needs one. */
export function betweenPath([from, to], { format, ...wish }) {
  if (from.strokes || to.strokes) return { path: `between?format=${format}`, body: { from, to, ...wish } };
  const query = new URLSearchParams({ from: from.like, to: to.like, ...wish, format });
  return { path: `between/${[from, to].map(({ category }) => encodeURIComponent(category)).join("/")}?${query}` };
}

/** What lies between two ends, in the format of the wish. */
export function between(ends, wish, signal) {
  const { path, body } = betweenPath(ends, wish);
  return body ? post(path, body, signal) : ask(path, { signal });
}

/** A seed that nobody chose. */
export const anySeed = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** `count` drawings as sketches, of seeds one after the other. */
export async function drawings(slug, seed, count, temperatures, signal) {
  const path = drawPath(slug, { ...temperatures, seed, count, format: "json" });
  const found = await (await ask(path, { signal })).json();
  return found.drawings.map((json) => Sketch.from(json, slug));
}
