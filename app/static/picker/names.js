// Names as the service compares them, for an answer before the service's own.

/** A name without what does not count. */
export const plain = (name) =>
  name
    .toLowerCase()
    .replace(/^\s*the[\s_-]+/, "")
    .replace(/[^\p{L}\p{N}]+/gu, "");

const keys = ({ slug, name, aliases }) => [slug, name, ...aliases].map(plain);

/** The category of that name or alias; undefined where nothing is called so. */
export function called(categories, name) {
  const key = plain(name);
  if (!key) return undefined;
  const exact = ({ slug, name: whole }) => plain(slug) === key || plain(whole) === key;
  return categories.find(exact) ?? categories.find((category) => keys(category).includes(key));
}

/** Categories with a name or an alias that holds the text: those that are it come first, then those that begin so. */
export function holding(categories, text) {
  const key = plain(text);
  if (!key) return []; // no letter or digit: a pictogram
  const rank = (category) => {
    const found = keys(category).filter((name) => name.includes(key));
    if (!found.length) return null;
    return found.includes(key) ? 0 : found.some((name) => name.startsWith(key)) ? 1 : 2;
  };
  const ranked = categories.map((category) => [rank(category), category]).filter(([place]) => place !== null);
  return ranked.sort(([a], [b]) => a - b).map(([, category]) => category);
}

/** What was found for what, where the name alone does not say it. */
export function explanation(text, found) {
  if (!found.length) return `Nothing here draws “${text}”.`;
  if (plain(found[0].name).startsWith(plain(text))) return "";
  return `${text}: ${found.slice(0, 3).map(({ name }) => name).join(", ")}`;
}
