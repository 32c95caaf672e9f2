"""The best of several: each drawing is drawn several times at once, and the recogniser chooses."""

from collections.abc import Hashable, Sequence

from app.catalogue.subject import Subject
from app.engine.engine import Engine
from app.engine.recognition import Recognition
from app.engine.request import DrawRequest
from model.drawing import Drawing
from model.recogniser.candidates import candidates, surest

BEST = 4  # drawings that one is chosen of, where nobody says of how many


class Chooser:
    """Draws by an engine, and chooses by a recogniser what that is surest of."""

    def __init__(self, engine: Engine, recognition: Recognition) -> None:
        self._engine = engine
        self._recognition = recognition

    def knows(self, subject: Subject) -> bool:
        """Whether the recogniser could choose among drawings of this."""
        return self._recognition.column(subject.card.name) is not None

    def chosen_by(self, subject: Subject) -> str:
        """The hash of the recogniser that chooses among drawings of this; empty where none does."""
        return self._recognition.hash if self.knows(subject) else ""

    async def draw(
        self, requests: Sequence[DrawRequest], best: int, *, spare: bool = False, owner: Hashable = None
    ) -> list[Drawing]:
        """A drawing for each request, all of one subject: of `best` drawn at once the one that is recognised best.

        Their seeds are those of `model.recogniser.candidates`. A subject that the recogniser does not know is drawn
        once. Raises what `Engine.draw` and `Recognition.scores` do.
        """
        column = self._recognition.column(requests[0].subject.card.name)
        if best == 1 or column is None:
            return await self._engine.draw(requests, spare=spare, owner=owner)
        several = [each.of_seed(seed) for each in requests for seed in candidates(each.seed, best)]
        drawings = await self._engine.draw(several, spare=spare, owner=owner)
        scores = await self._recognition.scores([drawing.stroke5 for drawing in drawings], spare=spare)
        return [drawings[i] for i in surest(scores[:, column].tolist(), best)]
