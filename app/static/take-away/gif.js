// A picture that draws itself, as an animated GIF.

import { PRINT } from "../paper/ink.js";
import { raster } from "./picture.js";

const LONGEST = 480; // pixels
const MOST_FRAMES = 80;
const DELAY = 50; // ms; browsers slow down what is below 20
const REST = 2000; // ms before it begins again
const SHADES = 7; // between paper and a colour: as many as smooth edges need

/** Paper and each ink, with the shades between: what a frame is made of. */
function palette() {
  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const paper = rgb(PRINT.paper);
  const inks = [PRINT.person, PRINT.machine].map(rgb);
  const shade = (ink, part) => ink.map((value, i) => Math.round(paper[i] + (value - paper[i]) * part));
  return [paper, ...inks.flatMap((ink) => Array.from({ length: SHADES }, (_, i) => shade(ink, (i + 1) / SHADES)))];
}

/** Bytes of the GIF. The page stays alive meanwhile: it is asked for a breath after each frame. */
export async function gif(picture) {
  const { GIFEncoder, applyPalette } = await import("../vendor/gifenc.js");
  const encoder = GIFEncoder();
  const colours = palette();
  const points = Math.max(...picture.cells.map(({ sketch }) => sketch.points));
  const frames = Math.min(MOST_FRAMES, Math.max(2, points));
  const canvas = document.createElement("canvas"); // one for all: a new one for each frame takes a third as long again
  for (let frame = 1; frame <= frames; frame++) {
    raster(picture, LONGEST, frame / frames, canvas);
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const delay = frame === frames ? REST : DELAY;
    encoder.writeFrame(applyPalette(data, colours), width, height, { palette: frame === 1 ? colours : undefined, delay });
    await new Promise((resume) => setTimeout(resume));
  }
  encoder.finish();
  return encoder.bytes();
}
