// Take away what is on the screen: as a file, a link, or a command.

import { gif } from "./gif.js";
import { picture, printColours, raster } from "./picture.js";
import { svgText } from "../paper/svg.js";

const LONGEST = 1200; // pixels of a PNG

const FILES = {
  svg: async (shown) => new Blob([svgText(shown, printColours(shown))], { type: "image/svg+xml" }),
  png: (shown) => new Promise((done) => raster(shown, LONGEST).toBlob(done, "image/png")),
  gif: async (shown) => new Blob([await gif(shown)], { type: "image/gif" }),
  json: async (shown, sketches) => {
    const found = sketches.map((sketch) => sketch.json());
    return new Blob([JSON.stringify(found.length === 1 ? found[0] : found)], { type: "application/json" });
  },
};

/** Buttons in `box` take away what `mode()` shows; `say(text)` tells how it went. */
export function takeAway(box, mode, say) {
  box.addEventListener("click", async ({ target }) => {
    const kind = target.dataset.take;
    if (!kind) return;
    try {
      await (kind in FILES ? file(kind, mode(), say) : copy(kind, mode(), say));
    } catch (error) {
      say(`That did not work: ${error.message}`);
    }
  });
}

async function file(kind, mode, say) {
  const shown = mode.picture();
  if (!shown) return say("There is nothing on the paper yet.");
  const { sketches, columns, name, title } = shown;
  if (kind === "gif") say("Making the GIF…");
  const blob = kind === "gif" && mode.gif ? await mode.gif() : await FILES[kind](picture(sketches, columns, title), sketches);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it only now
  return say(`Saved ${link.download}.`);
}

async function copy(kind, mode, say) {
  const text = kind === "link" ? mode.link() : mode.curl();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return say(text); // no permission: it can be copied by hand
  }
  if (kind === "curl") return say("The command is on the clipboard.");
  return say(mode.exact ? "The link is on the clipboard." : "The link is on the clipboard; it begins the same, but not with your steering.");
}
