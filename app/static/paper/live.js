// A live drawing: rows come over the connection and are played on the paper.

export class Live {
  /** `reader`: onStart(message), onEnd() once all is on the paper, onRefused(problem), onBelief(belief or null). */
  constructor(connection, player, reader) {
    this.connection = connection;
    this.player = player;
    this.reader = reader;
    this.drawn = false; // whether the server has sent all of it
    this.steered = false;
    player.onEnd = () => reader.onEnd();
    player.onBelief = (belief) => reader.onBelief?.(belief);
  }

  /** Draw what is wished for on a sketch that `makeSketch(start)` gives. */
  draw(wish, makeSketch) {
    const { player } = this;
    const pace = player.pace === Infinity ? undefined : player.pace;
    this.drawn = this.steered = false;
    this.connection.draw(
      { ...wish, pace },
      {
        start: (message) => {
          this.sketch = () => makeSketch(message);
          this.rows = [];
          player.temperatures = [message.temp_xy, message.temp_p];
          player.begin(this.sketch());
          this.reader.onStart(message);
        },
        points: (rows, beliefs) => {
          rows.forEach((row, i) => this.rows.push([row, beliefs?.[i]]));
          player.feed(rows, beliefs);
        },
        end: (reason) => {
          this.drawn = true;
          this.cut = reason === "max_points";
          player.sketch.cut = this.cut;
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
    player.begin(this.sketch());
    player.feed(this.rows.map(([row]) => row), this.rows.map(([, belief]) => belief));
    if (!this.drawn) return;
    player.sketch.cut = this.cut;
    player.close();
  }

  /** Other temperatures for the rest; false where all is drawn already. */
  steer(temperatures) {
    if (this.drawn || !this.connection.change(temperatures)) return false;
    this.steered = true;
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

  #pace(pace) {
    if (!this.drawn && this.connection.now?.wish.pace !== undefined) this.connection.change({ pace });
  }
}
