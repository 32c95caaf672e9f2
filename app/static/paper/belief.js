// What the network believes comes next: its mixture as soft ellipses, and the odds of the pen.

const REACH = 2.2; // standard deviations that an ellipse shows
const FAINT = 0.01; // weight below which a component is not seen

/** The belief at other temperatures than 1, as the network samples it: `T = 0` is the likeliest alone. */
export function heated(belief, tempXY, tempP) {
  const spread = Math.sqrt(tempXY);
  const sigma = belief.sigma.map(([x, y]) => [x * spread, y * spread]);
  return { ...belief, pi: softened(belief.pi, tempXY), sigma, pen: softened(belief.pen, tempP) };
}

function softened(odds, temperature) {
  const most = Math.max(...odds);
  const raised = odds.map((p) => (temperature ? (p / most) ** (1 / temperature) : Number(p === most)));
  const sum = raised.reduce((a, b) => a + b);
  return raised.map((p) => p / sum);
}

/** Half axes and angle of the ellipse one standard deviation around a component's mean. */
export function ellipse([sx, sy], rho) {
  const a = sx * sx;
  const b = rho * sx * sy;
  const c = sy * sy;
  const middle = (a + c) / 2;
  const off = Math.hypot((a - c) / 2, b);
  return { long: Math.sqrt(middle + off), short: Math.sqrt(Math.max(middle - off, 0)), angle: Math.atan2(2 * b, a - c) / 2 };
}

/** Paint what it believes, pale, and what the temperature makes of that, around the point that the pen leaves; in #rrggbb. */
export function paintBelief(context, { raw, hot }, from, colour) {
  paint(context, raw, from, colour, 0.45);
  paint(context, hot, from, colour, 0.75);
}

function paint(context, { pi, mean, sigma, rho }, [x, y], colour, most) {
  pi.forEach((weight, i) => {
    if (weight < FAINT) return;
    const { long, short, angle } = ellipse(sigma[i], rho[i]);
    context.save();
    context.translate(x + mean[i][0], y + mean[i][1]);
    context.rotate(angle);
    context.scale(Math.max(long, 0.8) * REACH, Math.max(short, 0.8) * REACH); // what is narrower could not be seen
    const soft = context.createRadialGradient(0, 0, 0, 0, 0, 1);
    soft.addColorStop(0, colour);
    soft.addColorStop(0.4, colour);
    soft.addColorStop(1, `${colour}00`); // "transparent" is black without alpha, which greys what is between
    context.globalAlpha = most * (0.2 + 0.8 * weight);
    context.fillStyle = soft;
    context.beginPath();
    context.arc(0, 0, 1, 0, 2 * Math.PI);
    context.fill();
    context.restore();
  });
}

/** The odds of the pen as three meters; `pen` null empties them. */
export class Odds {
  constructor(list) {
    this.rows = [...list.children].map((row) => [row.querySelector("meter"), row.querySelector("output")]);
  }

  show(pen) {
    this.rows.forEach(([meter, output], i) => {
      meter.value = pen?.[i] ?? 0;
      output.textContent = pen ? `${Math.round(pen[i] * 100)} %` : "";
    });
  }
}
