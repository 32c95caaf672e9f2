// What is on the screen as an address: a link brings back the very drawing.

const MODES = ["watch", "together", "alike", "between", "sheet"];
const SEEDS = 2 ** 53 - 1; // the largest of them
const SEEDED = ["seed", "like", "from", "to"];
const TEXTS = ["given", "into", "latent", "system"];
const NAMES = ["mode", "category", ...SEEDED, "temp_xy", "temp_p", ...TEXTS, "closeness", "at", "matrix"]; // in this order

function number(text, most, whole) {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  const fine = value >= 0 && value <= most && (!whole || Number.isInteger(value));
  return fine ? value : undefined;
}

/** The state that an address names; what it names wrongly is left out. */
export function read(search = location.search) {
  const query = new URLSearchParams(search);
  const mode = query.get("mode");
  const plain = ["category", "seed"].some((name) => query.has(name)) ? "watch" : "together"; // where none is named
  return {
    mode: MODES.includes(mode) ? mode : plain,
    category: query.get("category") || undefined,
    ...Object.fromEntries(SEEDED.map((name) => [name, number(query.get(name), SEEDS, true)])),
    temp_xy: number(query.get("temp_xy"), 10),
    temp_p: number(query.get("temp_p"), 10),
    ...Object.fromEntries(TEXTS.map((name) => [name, query.get(name) || undefined])),
    closeness: number(query.get("closeness"), 1),
    at: number(query.get("at"), 1),
    matrix: query.get("matrix") === "true",
  };
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

/** Put a state in the address bar; `push`: Back leads to the one before. */
export function write(state, { push = false } = {}) {
  const address = href(state);
  if (address !== location.href) history[push ? "pushState" : "replaceState"](null, "", address);
}

/** Strokes of whole numbers as short text: points after each other, "_" between strokes, "m" before the machine's. */
export function packed(strokes) {
  return strokes.map(({ by, points }) => (by === "machine" ? "m" : "") + points.flat().join(".")).join("_");
}

/** The strokes that such text stands for; none where it makes no sense. */
export function unpacked(text) {
  const strokes = text.split("_").map((part) => {
    const numbers = part.replace(/^m/, "").split(".").map(Number);
    const points = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) points.push([numbers[i], numbers[i + 1]]);
    return { by: part.startsWith("m") ? "machine" : "person", points };
  });
  const fine = ({ points }) => points.length && points.flat().every((v) => Number.isInteger(v) && Math.abs(v) < 1e5);
  return strokes.every(fine) ? strokes : [];
}
