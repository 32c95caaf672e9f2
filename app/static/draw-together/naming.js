// What a drawing of two hands is known by: an address, a command, and a picture.

import { at } from "../service/service.js";
import { quoted } from "../take-away/shell.js";

/** The state that an address names. */
export function stateOf({ begun, ending, seed, sketch }, subject, { slug }) {
  const { temp_xy, temp_p, at: changes } = sketch.about;
  const isNamed = subject.chosen || subject.meant || ending;
  const category = isNamed ? slug : undefined;
  return { mode: "together", category, given: begun.text, seed: ending ? seed : undefined, temp_xy, temp_p, at: changes };
}

/** What asks the service for it in a shell. */
export const commandOf = ({ wish }, { slug }) => `curl -s ${quoted(at(`complete/${slug}`))} --json ${quoted(JSON.stringify(wish))}`;

/** What is on the paper, to be taken away; null where that is nothing. */
export function pictureOf({ sketch }, { name, slug }) {
  if (!sketch.strokes.length) return null;
  return { sketches: [sketch], columns: 1, name: `${slug}-together`, title: `${name}, drawn together` };
}
