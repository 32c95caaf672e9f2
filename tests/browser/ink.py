"""Where the ink on a page lies: JavaScript that tests put into pages."""

# `ink()`: of each picture on the page, in the order of the document, whether it has ink, and whether all of that is
# inside, with its width. A picture is an SVG, in an element or not, or a canvas without a background.
INK = """
  const inBox = (svg) => {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const seen = svg.getScreenCTM().inverse();
    const inside = [...svg.querySelectorAll("path")].every((path) => {
      const box = path.getBBox();
      const map = seen.multiply(path.getScreenCTM());  // from its own pixels to those of the view box
      const room = (map.a * parseFloat(getComputedStyle(path).strokeWidth)) / 2;
      const from = new DOMPoint(box.x, box.y).matrixTransform(map);
      const to = new DOMPoint(box.x + box.width, box.y + box.height).matrixTransform(map);
      return from.x - room >= x && from.y - room >= y && to.x + room <= x + width && to.y + room <= y + height;
    });
    return { found: svg.querySelector("path") !== null, inside };
  };
  const inPixels = (canvas) => {
    const { width, height } = canvas;
    const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
    const marked = (x, y) => pixels[y * width + x] > 0; // what is clear has no colour
    const edge = (i) => marked(i, 0) || marked(i, height - 1) || marked(0, i) || marked(width - 1, i);
    const side = [...Array(Math.min(width, height)).keys()];
    return { found: pixels.some(Boolean), inside: !side.some(edge) };
  };
  window.ink = () => {
    const elements = [...document.querySelectorAll("inkstream-drawing, svg, canvas")];
    const pictures = elements.map((element) => element.shadowRoot?.querySelector("svg") ?? element);
    const drawn = pictures.filter((one) => one.localName !== "inkstream-drawing");
    return drawn.map((one) => (one.getContext ? inPixels : inBox)(one));
  };
"""
