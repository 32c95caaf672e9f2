// The modes of the page: the two that links lead to most are there from the beginning, the others once they are wanted.

import { Together } from "./draw-together/together.js";
import { Watch } from "./watch/watch.js";

const OTHERS = {
  alike: () => import("./alike/alike.js"),
  between: () => import("./between/between.js"),
  sheet: () => import("./sheet/sheet.js"),
};

export class Modes {
  constructor(desk) {
    this.desk = desk;
    this.there = { watch: new Watch(desk), together: new Together(desk) };
  }

  /** The mode of a name, or null until it is loaded. */
  now(name) {
    return this.there[name] ?? null;
  }

  /** Load it. Raises what the browser says where its module does not come. */
  async load(name) {
    const { Mode } = await OTHERS[name]();
    return (this.there[name] ??= new Mode(this.desk));
  }
}
