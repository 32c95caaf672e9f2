// Small pictures that are loaded once they are about to be seen.

import { at } from "../service/service.js";

const NEAR = "160px"; // browsers' own lazy loading takes what is a thousand away
const RETRY = 2000; // ms before the second attempt, twice as long before each after it
const LONGEST = 60_000; // ms between two

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
      this.#fetch(target, this.addresses.get(target), RETRY);
      this.forget(target);
    }
  }

  /** The server may be away: another attempt, `wait` after a vain one, as long as the image is there. */
  #fetch(image, address, wait) {
    const again = () => image.isConnected && this.#fetch(image, address, Math.min(2 * wait, LONGEST));
    image.addEventListener("error", () => setTimeout(again, wait * (0.5 + Math.random())), { once: true }); // not all at once
    image.src = address;
  }
}
