// Take away what is on the screen: shared, as a picture on the clipboard, a link, a file, or a command.

import { LONGEST as LONGEST_ADDRESS } from "../service/address.js";
import { picture, printColours, raster } from "./picture.js";
import { fileName } from "./shell.js";
import { svgText } from "../paper/svg.js";

const LONGEST = 1200; // pixels of a PNG
const TOO_LONG = "This drawing has too many points for a link.";
const NOTHING = "There is nothing on the paper yet.";

const FILES = {
  svg: async (shown) => new Blob([svgText(shown, printColours(shown))], { type: "image/svg+xml" }),
  png: (shown) => new Promise((done) => raster(shown, LONGEST).toBlob(done, "image/png")),
  gif: async (shown) => new Blob([await (await import("./gif.js")).gif(shown)], { type: "image/gif" }),
  json: async (shown, sketches) => {
    const found = sketches.map((sketch) => sketch.json());
    return new Blob([JSON.stringify(found.length === 1 ? found[0] : found)], { type: "application/json" });
  },
};
const WAYS = { share, picture: copyPicture, link: copyLink, curl: copyCommand };

/** Buttons in `box` take away what `mode()` shows; `say(text)` tells how it went. */
export function takeAway(box, mode, say) {
  box.querySelector("[data-take=share]").hidden = !navigator.share;
  box.querySelector("[data-take=picture]").hidden = !navigator.clipboard?.write; // it needs HTTPS
  box.addEventListener("click", async ({ target }) => {
    const kind = target.dataset.take;
    if (!kind) return;
    const now = mode(); // null until it is loaded
    try {
      say((await (kind in FILES ? file(kind, now, say) : now ? WAYS[kind](now) : NOTHING)) ?? "");
    } catch (error) {
      if (error.name !== "AbortError") say(`That did not work: ${error.message}`); // else they thought better of it
    }
  });
}

/** Makes a picture of what `picture()` of a mode gives. */
const made = ({ sketches, columns, title }) => picture(sketches, columns, title);

async function file(kind, mode, say) {
  const shown = mode?.picture();
  if (!shown) return NOTHING;
  if (kind === "gif") say("Making the GIF…");
  const blob = kind === "gif" && mode.gif ? await mode.gif() : await FILES[kind](made(shown), shown.sketches);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(shown.name)}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it only now
  return `Saved ${link.download}.`;
}

async function share(mode) {
  const [shown, url] = [mode.picture(), mode.link()];
  const title = shown?.title ?? document.title;
  if (url.length <= LONGEST_ADDRESS) return navigator.share({ title, url });
  const picture = new File([await FILES.png(made(shown))], `${fileName(shown.name)}.png`, { type: "image/png" });
  await navigator.share({ title, files: [picture] });
  return `${TOO_LONG} Its picture was shared.`;
}

async function copyPicture(mode) {
  const shown = mode.picture();
  if (!shown) return NOTHING;
  await navigator.clipboard.write([new ClipboardItem({ "image/png": FILES.png(made(shown)) })]);
  return "The picture is on the clipboard.";
}

async function copyLink(mode) {
  if (mode.link().length > LONGEST_ADDRESS) return `${TOO_LONG} Take it away as a picture.`;
  const draws = mode.isSteered ? " It draws the same, steered as you did." : "";
  return (await copied(mode.link())) ?? `The link is on the clipboard.${draws}`;
}

async function copyCommand(mode) {
  return (await copied(mode.curl())) ?? "The command is on the clipboard.";
}

/** Puts a text on the clipboard; where there is no permission, the text, so that it can be copied by hand. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return undefined;
  } catch {
    return text;
  }
}
