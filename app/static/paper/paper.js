// The canvas: what of the drawing's plane is seen, and the drawing in it.

import { paintBelief } from "./belief.js";
import { WIDTH, colours, inkStrokes } from "./ink.js";

const SIDE = 300; // pixels of a drawing that are seen at least: its box is 255
const ROOM = 24; // kept around the ink
const THICKEST = 4.5; // screen pixels of a line, however close the view
const GRID = 12; // pixels of a drawing from one dot of the paper to the next
const DOTS = [16, 36]; // screen pixels between them, at least and at most
const EASE = 0.22; // seconds in which the view goes most of its way

export const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

export class Paper {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.scene = null; // {sketch, strokes: of it, as far as they are drawn, pen: {at, down} | null, trail, belief, together}
    this.view = this.goal = { x: 0, y: SIDE / 4, side: SIDE };
    this.isHeld = false; // a pen is on it
    this.last = 0;
    this.frame = 0;
    new ResizeObserver(() => this.#fit()).observe(canvas);
    dark.addEventListener("change", () => this.paint());
    this.#fit();
  }

  /** Look at the drawing's plane anew, from where a drawing begins. */
  reset(centre = [0, SIDE / 4]) {
    this.view = this.goal = { x: centre[0], y: centre[1], side: SIDE };
  }

  /** Keep bounds in view: go no further than that takes, and closer only when `whole`. */
  follow([left, top, right, bottom], whole = false) {
    const ratio = this.width / this.height || 1;
    const wide = (right - left + 2 * ROOM) / Math.max(1, ratio);
    const high = (bottom - top + 2 * ROOM) * Math.min(1, ratio);
    const side = Math.max(SIDE, wide, high);
    if (whole) {
      this.goal = { x: (left + right) / 2, y: (top + bottom) / 2, side: Math.max(SIDE / 1.8, wide, high) };
    } else {
      const [w, h] = [(side / 2) * Math.max(1, ratio) - ROOM, (side / 2) * Math.max(1, 1 / ratio) - ROOM];
      const x = Math.min(Math.max(this.goal.x, right - w), left + w);
      const y = Math.min(Math.max(this.goal.y, bottom - h), top + h);
      this.goal = { x, y, side };
    }
    if (still.matches) this.view = this.goal;
    this.paint();
  }

  /** Zoom out where bounds leave the paper, about its middle: nothing slides under a hand that may draw. */
  widen([left, top, right, bottom]) {
    if (this.isHeld) return;
    const { x, y, side } = this.goal;
    const ratio = this.width / this.height || 1;
    const [across, down] = [Math.max(right - x, x - left) / Math.max(1, ratio), Math.max(bottom - y, y - top) * Math.min(1, ratio)];
    if (2 * Math.max(across, down) > side) this.goal = { x, y, side: 2 * (Math.max(across, down) + ROOM) };
    if (still.matches) this.view = this.goal;
    this.paint();
  }

  /** A pen is on the paper, which lies still until it is lifted. */
  hold(isHeld) {
    this.isHeld = isHeld;
    if (isHeld) this.goal = this.view;
  }

  /** The point of the plane under an event. */
  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const { x, y } = this.view;
    const zoom = this.zoom;
    return [x + (clientX - box.left - box.width / 2) / zoom, y + (clientY - box.top - box.height / 2) / zoom];
  }

  /** Screen pixels for each pixel of the drawing. */
  get zoom() {
    return Math.min(this.width, this.height) / this.view.side;
  }

  show(scene) {
    this.scene = scene;
    this.paint();
  }

  /** Paint in the next frame, and on as long as the view moves. */
  paint() {
    this.frame ||= requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now) {
    this.frame = 0;
    const passed = Math.min(0.05, (now - this.last) / 1000 || 0.016);
    this.last = now;
    const part = 1 - Math.exp(-passed / (EASE / 2));
    const moved = Object.keys(this.goal).map((key) => [key, this.view[key] + (this.goal[key] - this.view[key]) * part]);
    const near = Object.entries(this.goal).every(([key, value]) => Math.abs(value - this.view[key]) < 0.05);
    this.view = near ? this.goal : Object.fromEntries(moved);
    this.#draw();
    if (!near) this.paint();
  }

  #draw() {
    const { context, scene } = this;
    const { x, y } = this.view;
    const zoom = this.zoom * this.density;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.#dots();
    if (!scene) return;
    context.setTransform(zoom, 0, 0, zoom, this.canvas.width / 2 - x * zoom, this.canvas.height / 2 - y * zoom);
    const { ink, machine, belief, faint } = colours();
    const colour = (by) => (by === "machine" && scene.together ? machine : ink);
    const width = Math.min(WIDTH, THICKEST / this.zoom);
    if (scene.belief) paintBelief(context, scene.belief, scene.sketch.at, belief);
    inkStrokes(context, scene.strokes ?? scene.sketch.strokes, colour, width);
    if (scene.trail) inkStrokes(context, [scene.trail], colour, width);
    if (scene.pen) this.#pen(scene.pen, scene.pen.down ? machine : faint);
  }

  /** The dots of the paper lie on the plane, and move with it. */
  #dots() {
    let pitch = GRID * this.zoom;
    while (pitch < DOTS[0]) pitch *= 2;
    while (pitch > DOTS[1]) pitch /= 2;
    const { x, y } = this.view;
    const place = [this.width / 2 - x * this.zoom, this.height / 2 - y * this.zoom].map((at) => `${((at + pitch / 2) % pitch).toFixed(2)}px`);
    const { style } = this.canvas;
    style.backgroundSize = `${pitch.toFixed(2)}px ${pitch.toFixed(2)}px`;
    style.backgroundPosition = place.join(" ");
  }

  /** The pen: a dot where it touches, a ring where it is lifted. */
  #pen({ at, down }, colour) {
    const { context } = this;
    context.beginPath();
    const dot = Math.min(WIDTH * 1.5, 6.5 / this.zoom);
    context.arc(...at, dot, 0, 2 * Math.PI);
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = dot / 3;
    if (down) context.fill();
    else context.stroke();
  }

  #fit() {
    this.density = devicePixelRatio || 1;
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width || !height) return;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * this.density);
    this.canvas.height = Math.round(height * this.density);
    cancelAnimationFrame(this.frame);
    this.#draw(); // at once: a canvas that changed its size is empty
    this.frame = 0;
    this.paint();
  }
}
