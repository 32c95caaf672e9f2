"""Where the ink on a page lies: JavaScript that tests put into pages."""

# `ink()`: of each picture on the page, in the order of the document, whether it has ink, and whether all of that is
# inside, with its width. A picture is an SVG, in an element or not, or a canvas without a background.
INK = """
  const inBox = (svg) => {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const half = (path) => parseFloat(getComputedStyle(path).strokeWidth) / 2;
    const paths = [...svg.querySelectorAll("path")].map((path) => [path.getBBox(), half(path)]);
    const inside = paths.every(([box, room]) =>
      box.x - room >= x && box.y - room >= y &&
      box.x + box.width + room <= x + width && box.y + box.height + room <= y + height);
    return { found: paths.length > 0, inside };
  };
  const inPixels = (canvas) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    const marked = (x, y) => pixels[4 * (y * width + x) + 3] > 0;
    const edge = (i) => marked(i, 0) || marked(i, height - 1) || marked(0, i) || marked(width - 1, i);
    const side = [...Array(Math.min(width, height)).keys()];
    return { found: pixels.some((value, i) => i % 4 === 3 && value > 0), inside: !side.some(edge) };
  };
  window.ink = () => {
    const elements = [...document.querySelectorAll("inkstream-drawing, svg, canvas")];
    const pictures = elements.map((element) => element.shadowRoot?.querySelector("svg") ?? element);
    const drawn = pictures.filter((one) => one.localName !== "inkstream-drawing");
    return drawn.map((one) => (one.getContext ? inPixels : inBox)(one));
  };
"""
