// What is said while one draws together: captions, the hint, and which buttons can be pressed.

const $ = (id) => document.getElementById(id);

export class Words {
  constructor(desk, drawing, subject) {
    this.desk = desk;
    this.drawing = drawing;
    this.subject = subject;
  }

  /** Captions and buttons as they are to be now; `down`: the pen is on the paper. */
  look(down, text) {
    const { desk, drawing, subject } = this;
    const begun = drawing.length > 0;
    desk.caption(subject.title(begun || down), text ?? (begun ? "Go on drawing, or let it try again." : "You begin."));
    const what = subject.chosen ? `goes on: ${desk.category.name}.` : "says what it sees, and finishes it.";
    $("hint").textContent = `Begin to draw. When you lift the pen, the machine ${what}`;
    $("hint").hidden = begun || down;
    for (const id of ["again", "nine", "clear", "alike_drawn", "between_drawn"]) $(id).disabled = !begun;
    $("undo").disabled = !begun && !drawing.ending;
    $("redo").disabled = !drawing.undone.length;
    $("keep").disabled = !drawing.ending;
    subject.show(drawing.ending ? desk.category : null);
  }

  /** For those who do not see it. */
  say(what) {
    const { name } = this.desk.category;
    this.desk.describe(`${name}, drawn together: ${this.drawing.length} of your strokes; ${what}`);
  }
}
