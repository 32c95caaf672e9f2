// What the page has to know before it can show anything: what can be drawn, and what the address means by a name.

import { explanation } from "./picker/names.js";
import { Away, RETRY, categories, search } from "./service/service.js";

export const AWAY = "The server is away. Trying again…";

/** The list of categories, however long the server takes to come. */
export async function listed(desk) {
  for (;;) {
    try {
      const found = await categories();
      desk.away(null);
      return found;
    } catch (error) {
      desk.away(error instanceof Away ? AWAY : `${error.message} Trying again…`);
      await new Promise((resume) => setTimeout(resume, RETRY));
    }
  }
}

/** The same state, with what the service takes its names for, where the page knows no such name; that is said. */
export async function understood(desk, state) {
  const slips = [...state.slips];
  const found = { ...state, slips };
  for (const name of ["category", "into"]) {
    if (!state[name] || desk.picker.find(state[name])) continue;
    const [slug] = await search(state[name]).catch(() => []);
    const meant = slug && desk.picker.find(slug);
    if (!meant) continue;
    found[name] = slug;
    slips.unshift(...[explanation(state[name], [meant])].filter(Boolean));
  }
  return found;
}
