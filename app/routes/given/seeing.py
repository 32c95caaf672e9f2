"""From the strokes that a client gives to what they show."""

from app.errors import Invalid, NoRecogniser
from app.formats.given import Given
from app.formats.guesses import Seen, seen
from app.routes.order import fit
from app.routes.service import Service


async def see(service: Service, given: Given) -> list[Seen]:
    """Every category that is drawn here and that the recogniser knows, likeliest first.

    Raises NoRecogniser, also where it knows none of them; Invalid, for a dot too, which shows nothing; or what
    `Recognition.scores` does.
    """
    catalogue = await service.library.catalogue()
    service.recognition.recogniser()
    sizeless = given.model_copy(update={"size": None})  # no size means a thing
    fitted = await fit(sizeless, service.settings.max_points, whole=True)
    if fitted is None:
        raise Invalid([("strokes", "Should be given, or stroke5")])
    [scores] = await service.recognition.scores([fitted.fitted])
    found = seen(catalogue, service.recognition.column, scores)
    if not found:
        raise NoRecogniser("The recogniser knows none of the categories that are drawn here.")
    return found
