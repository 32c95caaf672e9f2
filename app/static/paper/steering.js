// How temperatures change while a drawing is made, as the service writes it: "12:1.6;30:,0.5" is `temp_xy` 1.6 once 12
// points are drawn, and `temp_p` 0.5 once 30 are.

const LONGEST = 2000; // characters that the service takes
const CHANGE = /^(\d{1,5}):(\d[\d.e-]*)?(?:,(\d[\d.e-]*))?$/;
const MOST = 10; // of a temperature

const isFine = (part) => {
  const [, , ...temperatures] = CHANGE.exec(part) ?? [];
  const given = temperatures.filter((text) => text !== undefined);
  return given.length > 0 && given.every((text) => Number(text) <= MOST);
};

/** Whether a text means something. */
export const isSteering = (text) => text.length <= LONGEST && text.split(";").every(isFine);

/** {temp_xy, temp_p} after all changes. */
export function steered({ temp_xy, temp_p }, text) {
  for (const part of text?.split(";") ?? []) {
    const [, , xy, p] = CHANGE.exec(part);
    [temp_xy, temp_p] = [Number(xy ?? temp_xy), Number(p ?? temp_p)];
  }
  return { temp_xy, temp_p };
}
