// <inkstream-drawing category="penguin" seed="ada" animate pace="60">: a drawing on any page; see docs/embed.md.
//
// Points come as fast as the service draws; the element plays them at its pace, in a view that holds all that came.

(() => {
  const NAME = "inkstream-drawing";
  if (!globalThis.customElements || customElements.get(NAME)) return; // on a server, or loaded twice

  // A classic script may not say import.meta, and a module is no currentScript.
  const file = /https?:\S*?embed\.js/.exec(new Error().stack)?.[0] ?? document.baseURI;
  const [BOX, ROOM, WIDTH, PACE] = [255, 4, 3, 60]; // of a drawing: longer side, room around it, lines; points a second
  const [SHARP, BLUNT, BULGE, CLOSED] = [1.396, 0.785, 4, 3]; // turns that are corners, and other pixels: model/picture/
  const LEAD = 300; // ms in which points come before the pen moves: mostly all, so the view stays
  const [still, dark] = ["reduced-motion: reduce", "color-scheme: dark"].map((what) => matchMedia(`(prefers-${what})`));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host { display: inline-block; width: 100%; aspect-ratio: 1 } :host([hidden]) { display: none }
    svg, img { display: block; width: 100%; height: 100%; object-fit: contain; overflow: visible }
    path { fill: none; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round }`);

  const text = (...points) => points.flat().map((v) => +v.toFixed(1)).join(" ");
  const plus = (a, b, times = 1) => a.map((v, i) => v + times * b[i]);
  const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);

  /** Which way the line goes where chord u meets chord v; none at a corner. */
  function pull(u, v) {
    if (!u || !v) return null;
    const [l, m] = [u, v].map((chord) => Math.hypot(...chord));
    const turn = Math.acos(Math.min(1, (u[0] * v[0] + u[1] * v[1]) / l / m));
    const part = 1 / (3 / Math.sqrt(l) + 3 / Math.sqrt(m));
    const smooth = turn <= (Math.min(l, m) * Math.tan(turn / 4) <= BULGE ? SHARP : BLUNT);
    return smooth ? u.map((x, i) => (x / l + v[i] / m) * part) : null;
  }

  /** Control, control, end of each Bézier curve through points, as in the service's pictures: model/picture/curves.py. */
  function curves(points) {
    const chords = points.slice(1).map((to, i) => plus(to, points[i], -1));
    const closed = points.length > 3 && Math.hypot(...plus(points[0], points.at(-1), -1)) <= CLOSED;
    const [first, last] = closed ? [chords[0], chords.at(-1)] : [];
    const pulls = points.map((_, i) => pull(chords[i - 1] ?? last, chords[i] ?? first));
    return chords.flatMap((chord, i) => {
      const root = Math.sqrt(Math.hypot(...chord));
      const control = (at, one, other, side) => {
        if (one) return plus(at, one, side * root);
        return other ? plus(plus(at, chord, (side * 2) / 3), other, -side * root) : plus(at, chord, side / 3);
      };
      const [from, to] = [points[i], points[i + 1]];
      return [control(from, pulls[i], pulls[i + 1], 1), control(to, pulls[i + 1], pulls[i], -1), to];
    });
  }

  /** What came of a drawing. The pen is down where it begins. */
  class Ink {
    strokes = [[[0, 0]]];
    at = [0, 0];
    rows = 0;

    add([x, y, , lifts, ends]) {
      this.rows += 1;
      if (ends) return;
      if (this.lifted) this.strokes.push([]);
      this.at = plus(this.at, [x, y]);
      this.strokes.at(-1).push(this.at);
      this.lifted = lifts;
    }

    /** A view box of all of it: a curve lies within its controls. Before the end more may come. */
    view(margin) {
      const all = this.strokes.flatMap((points) => [points[0], ...curves(points)]);
      const [x, y] = [0, 1].map((i) => {
        const [low, high] = [Math.min, Math.max].map((most) => most(...all.map((point) => point[i])));
        const room = this.ended ? margin : Math.max(margin, (BOX - high + low) / 2);
        return [low - room, high - low + 2 * room];
      });
      return text(x[0], y[0], x[1], y[1]);
    }
  }

  class InkstreamDrawing extends HTMLElement {
    static observedAttributes =
      "category seed animate pace server alt color background stroke-width temp-xy temp-p latent system".split(" ");

    #root = this.attachShadow({ mode: "open" });
    #any = Math.floor(Math.random() * 2 ** 32); // the seed where none is given
    #stop = new AbortController();

    connectedCallback() {
      this.#root.adoptedStyleSheets = [sheet];
      this.#begin();
    }

    disconnectedCallback() {
      this.#stop.abort();
    }

    attributeChangedCallback(_, before, now) {
      if (this.isConnected && before !== now) this.#begin();
    }

    async #begin() {
      this.#stop.abort();
      const { signal } = (this.#stop = new AbortController());
      await null; // until all attributes are set
      if (signal.aborted || !this.hasAttribute("category")) return;
      this.#root.replaceChildren();
      const live = this.hasAttribute("animate") || this.animate === true; // React sets properties
      if (!live || still.matches) {
        dark.addEventListener("change", () => this.#picture(signal), { signal });
        if (await this.#picture(signal)) this.#done();
        return;
      }
      const observer = new IntersectionObserver((entries) => {
        if (!entries.at(-1).isIntersecting) return;
        observer.disconnect();
        this.#draw(signal, { ink: new Ink() }, 1000); // ms to wait before another attempt
      });
      observer.observe(this);
      signal.onabort = () => observer.disconnect();
    }

    /** Live. EventSource comes back by itself unless it is refused; then there is the picture, or another attempt. */
    #draw(signal, drawing, wait) {
      const source = new EventSource(this.#address("/stream", {}));
      const on = (type, act) => source.addEventListener(type, ({ data }) => act(JSON.parse(data), data));
      let pass;
      signal.onabort = () => source.close();
      on("start", (message, data) => {
        if (data !== drawing.start) Object.assign(drawing, { ink: new Ink(), start: data });
        pass = drawing.ink.rows; // the same drawing again, after the stream broke
        drawing.playing ??= this.#play(drawing, signal);
      });
      on("points", ({ stroke5 }) => stroke5.forEach((row) => pass-- > 0 || drawing.ink.add(row)));
      on("end", ({ problem }) => {
        source.close();
        if (problem) refused(problem.detail);
        else drawing.ink.ended = true;
      });
      source.onerror = async () => {
        if (source.readyState !== EventSource.CLOSED) return;
        const { status } = await fetch(source.url, { method: "HEAD" }).catch(() => ({})); // an EventSource hides it
        refused(status ?? `nothing there is for pages of ${origin} (INKSTREAM_ORIGINS)`, status);
      };
      const refused = async (why, status) => {
        if (signal.aborted) return;
        console.warn(`Inkstream does not draw live at ${source.url}: ${why}`);
        if (await this.#picture(signal)) {
          this.#stop.abort();
          this.#done();
        } else if (wait < 4e4 && ![401, 403, 404, 422].includes(status)) {
          setTimeout(() => signal.aborted || this.#draw(signal, drawing, wait * 2), wait * (0.5 + Math.random()));
        }
      };
    }

    /** What came, point by point at the pace, to its end. */
    async #play(drawing, signal) {
      const [width, pace] = [this.#width, Number(this.#get("pace")) || PACE];
      const svg = Object.assign(make("svg"), { role: this.#label ? "img" : "none", ariaLabel: this.#label });
      svg.style.strokeWidth = width;
      this.#show(svg);
      let [ink, drawn, begun, last, total] = [{}];
      do {
        const now = await new Promise(requestAnimationFrame);
        if (signal.aborted) return;
        if (!drawing.ink.rows) continue;
        if (ink !== drawing.ink) {
          [ink, drawn, begun, last] = [drawing.ink, 0, now, now];
          svg.replaceChildren();
        }
        if (ink.ended || now - begun > LEAD) drawn += (Math.min(now - last, 100) / 1000) * pace;
        total = ink.strokes.flat().length - 1;
        drawn = Math.min(drawn, total);
        last = now;
        svg.setAttribute("viewBox", ink.view(width / 2 + ROOM));
        let done = drawn; // of a stroke's segments
        for (const [i, points] of ink.strokes.entries()) {
          if (done <= -1 || !total) break;
          const [line, all] = [svg.children[i] ?? svg.appendChild(make("path")), points.length - 1];
          line.setAttribute("d", `M${text(points[0])}${all ? `C${text(...curves(points))}` : "h0"}`);
          line.setAttribute("pathLength", all);
          line.style.strokeDasharray = done < all ? `${Math.max(0, done)} ${all}` : "";
          done -= points.length;
        }
      } while (!ink.ended || drawn < total);
      this.#done(total);
    }

    /** The service's picture in place of what is there; whether it has one. */
    async #picture(signal) {
      const img = new Image();
      img.alt = this.#label;
      img.style.color = this.#get("color");
      this.#root.append(img); // so that the browser says which colour that is
      const { color } = getComputedStyle(img);
      img.remove();
      img.src = this.#address(".svg", { color, stroke_width: this.#get("stroke-width") && this.#width });
      const there = await img.decode().then(() => !signal.aborted, () => false);
      if (there || !(signal.aborted || this.#root.firstChild)) this.#show(img);
      return there;
    }

    #show(element) {
      Object.assign(element.style, { color: this.#get("color"), background: this.#get("background") });
      this.#root.replaceChildren(element);
    }

    #done(points = null) {
      const detail = { seed: `${this.#seed}`, category: this.#get("category"), points };
      this.dispatchEvent(new CustomEvent("inkstream-done", { detail, bubbles: true, composed: true }));
    }

    #get(name) {
      return this.getAttribute(name) ?? "";
    }

    get #width() {
      return Math.min(Math.max(Number(this.#get("stroke-width")) || WIDTH, 0.1), 50); // as the service has them
    }

    get #label() {
      return this.getAttribute("alt") ?? this.#get("category");
    }

    get #seed() {
      return this.#get("seed") || this.#any;
    }

    #address(end, look) {
      const server = this.#get("server");
      const url = new URL(server ? server.replace(/\/*$/, "/") : ".", server ? document.baseURI : file);
      url.pathname += `draw/${encodeURIComponent(this.#get("category"))}${end}`;
      const asked = { seed: this.#seed, ...look };
      for (const name of ["temp-xy", "temp-p", "latent", "system"]) asked[name.replace("-", "_")] = this.#get(name);
      for (const name in asked) if (asked[name]) url.searchParams.set(name, asked[name]);
      return url.href;
    }
  }

  customElements.define(NAME, InkstreamDrawing);
})();
