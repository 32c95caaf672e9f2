// A live drawing: rows come over the connection and are played on the paper.

import { steered } from "./steering.js";

export class Live {
  /**
   * `reader`: onStart(message), onEnd() once all is on the paper, onRefused(problem), onBelief(belief or null), and
   * onSteered(temperatures): they are others now, because they were known to change; null where the person did it.
   */
  constructor(connection, player, reader) {
    this.connection = connection;
    this.player = player;
    this.reader = reader;
    this.drawn = false; // whether the server has sent all of it
    this.heat = null; // temperatures that the person wished for meanwhile; without, all changes were known beforehand
    player.onEnd = () => reader.onEnd();
    player.onBelief = (belief) => reader.onBelief?.(belief);
  }

  /** Draw what is wished for on a sketch that `makeSketch(start)` gives. */
  draw(wish, makeSketch) {
    const { player } = this;
    const pace = player.pace === Infinity ? undefined : player.pace;
    this.drawn = false;
    this.heat = null;
    this.at = wish.at;
    player.drop(); // else the drawing before could end now, and be taken for this one
    this.sketch = null; // nor is it played again
    this.connection.draw(
      { ...wish, pace },
      {
        start: (message) => {
          this.begun = message;
          this.sketch = () => makeSketch(message);
          this.rows = [];
          this.#begin();
          const now = { ...message, ...this.heat };
          player.temperatures = [now.temp_xy, now.temp_p];
          this.reader.onStart(now);
        },
        points: (rows, beliefs, at) => {
          rows.forEach((row, i) => this.rows.push([row, beliefs?.[i]]));
          if (at) this.#steered(at);
          player.feed(rows, beliefs);
        },
        end: (reason, at) => {
          this.drawn = true;
          this.cut = reason === "max_points";
          player.sketch.cut = this.cut;
          this.#know(at);
          player.close();
        },
        refused: (problem) => {
          player.drop();
          this.reader.onRefused(problem);
        },
      },
    );
  }

  /** From the beginning, what came so far; what is still to come follows. */
  replay() {
    const { player } = this;
    if (!this.sketch) return;
    this.#begin();
    player.feed(this.rows.map(([row]) => row), this.rows.map(([, belief]) => belief));
    if (!this.drawn) return;
    player.sketch.cut = this.cut;
    player.close();
  }

  /** Other temperatures for the rest; false where all is drawn already. */
  steer(temperatures) {
    if (this.drawn || !this.connection.change(temperatures)) return false;
    this.heat = { ...this.heat, ...temperatures };
    const [xy, p] = this.player.temperatures;
    this.player.temperatures = [temperatures.temp_xy ?? xy, temperatures.temp_p ?? p];
    return true;
  }

  /** Points a second from here on. */
  speed(pace) {
    this.player.pace = pace;
    this.#pace(pace === Infinity ? 1000 : pace);
  }

  /** Hold the pen; the server is asked to wait as well as it can, so that sliders still act on what comes. */
  pause(paused) {
    this.player.pause(paused);
    this.#pace(paused ? 1 : Math.min(1000, this.player.pace));
  }

  stop() {
    if (!this.drawn) this.connection.stop();
    this.player.drop();
    this.sketch = null;
    this.drawn = true;
  }

  #begin() {
    this.player.begin(this.sketch());
    this.player.sketch.about.at = this.at;
  }

  /** The temperatures are others now. */
  #steered(at) {
    if (this.heat) this.#know(at); // else more of the changes that were known may come
    const now = steered(this.begun, at);
    if (!this.heat) this.player.temperatures = [now.temp_xy, now.temp_p];
    this.reader.onSteered?.(this.heat ? null : now);
  }

  /** How the temperatures changed, by which the same can be asked for again. */
  #know(at) {
    this.at = this.player.sketch.about.at = at;
  }

  #pace(pace) {
    if (!this.drawn && this.connection.now?.wish.pace !== undefined) this.connection.change({ pace });
  }
}
