// Small pictures that are loaded once they are about to be seen.

import { at } from "../service/service.js";

const NEAR = "160px"; // browsers' own lazy loading takes what is a thousand away
const RETRY = 3000; // ms
const ATTEMPTS = 3;

export class Thumbnails {
  /** `box`: what scrolls them. */
  constructor(box) {
    this.addresses = new Map(); // image -> where its picture is
    this.observer = new IntersectionObserver((entries) => this.#load(entries), { root: box, rootMargin: NEAR });
  }

  /** An image of a category, empty as yet. */
  image({ thumbnail_url: address }) {
    const image = new Image(64, 64);
    image.alt = "";
    image.decoding = "async";
    this.addresses.set(image, at(address.replace(/^\//, "")));
    this.observer.observe(image);
    return image;
  }

  /** An image is not needed any more. */
  forget(image) {
    this.observer.unobserve(image);
    this.addresses.delete(image);
  }

  #load(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !this.addresses.has(target)) continue;
      this.#fetch(target, this.addresses.get(target), 1);
      this.forget(target);
    }
  }

  #fetch(image, address, attempt) {
    image.addEventListener("error", () => attempt < ATTEMPTS && setTimeout(() => this.#fetch(image, address, attempt + 1), RETRY), { once: true });
    image.src = address;
  }
}
