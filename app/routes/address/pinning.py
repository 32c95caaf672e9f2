"""What caches may do with drawings, and the address at which a drawing never changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, urlencode

from starlette.requests import Request

from app.catalogue.subject import Subject
from app.engine.request import DrawRequest
from app.formats.asset import ASK_AGAIN, UNCHANGING
from app.formats.negotiation import Format
from app.formats.query import DrawQuery
from app.formats.seed import SeedValue
from app.formats.version import drawing_version
from app.middleware.forwarded import prefix_of
from app.routes.service import Service

PINNED_HEADER = "X-Inkstream-Pinned"
KEEP_SECONDS = 24 * 60 * 60  # a seeded drawing changes only with its network, or the service; then a cache asks again
quoted = lru_cache(maxsize=4096)(quote)  # of slugs and systems, of which there are few

FORM = frozenset({"format", "n", "v"})  # parameters that the address says otherwise, or not at all
CHOICE = frozenset({"best", "like", "closeness", "fresh"})  # those that lead to a drawing, which then has its own seed


@dataclass(frozen=True, slots=True)
class Pin:
    """The address at which an answer never changes: `v` in it is another once the answer may be.

    `path` is without an extension; `said` are the parameters in place of those that the request has for the same, as
    URLs have them, and `unsaid` those that it needs no more. `texts`: the seeds among them that were text, which JSON
    says back.
    """

    path: str
    version: str
    said: Mapping[str, str]
    unsaid: frozenset[str] = frozenset()
    texts: Mapping[str, SeedValue | None] = field(default_factory=dict)

    def link(self, request: Request, form: Format) -> str:
        """The header that names it."""
        said = {**self.said, **self._texts()} if form == "json" else self.said
        query = "&".join(f"{name}={value}" for name, value in said.items())
        if request.scope["query_string"]:
            given = request.query_params.multi_items()
            rest = [(name, value) for name, value in given if name not in {*self.said, *self.unsaid, *FORM}]
            query = "&".join(filter(None, (query, urlencode(rest))))
        return f'<{prefix_of(request)}{self.path}.{form}?{query}&v={self.version}>; rel="canonical"'

    def _texts(self) -> dict[str, str]:
        return {name: quote(seed.text, safe="") for name, seed in self.texts.items() if seed and seed.text}


def cache_headers(request: Request, form: Format, pin: Pin | None, kept_by: str | None) -> dict[str, str]:
    """What caches may do with an answer, and where it can be had for ever, if anywhere.

    `kept_by`: the version of what a request asks for that would be answered the same again; None is one that would not.
    """
    link = {} if pin is None else {"Link": pin.link(request, form)}
    if kept_by is None:
        return {"Cache-Control": "no-store", **link}
    asked = request.query_params.get("v")
    if asked is None:
        return {"Cache-Control": f"public, max-age={KEEP_SECONDS}", **link}
    is_pinned = asked == kept_by
    keep = UNCHANGING if is_pinned else ASK_AGAIN
    return {"Cache-Control": keep, PINNED_HEADER: "true" if is_pinned else "false", **link}


def version_of(service: Service, *subjects: Subject, chosen_by: str = "") -> str:
    """The version of drawings of these subjects by this service. `chosen_by`: the hash of the recogniser that chose."""
    settings = service.settings
    return drawing_version(subjects, settings.max_points, service.library.cache.device, chosen_by)


def pin_drawing(service: Service, query: DrawQuery, first: DrawRequest) -> tuple[Pin | None, str | None]:
    """The pin of an answer of `/draw`, of which this is the first drawing, and the version of what was asked for.

    A drawing that was chosen from others is drawn again by its own seed. A sheet of such has no address without a seed.
    """
    subject = first.subject
    originals = [] if query.like is None else [service.library.loaded().find(subject.card.slug).subject(query.system)]
    is_best = query.best is not None and query.best > 1
    chosen_by = service.chooser.chosen_by(subject) if is_best else ""
    asked = None if query.seed is None else version_of(service, subject, *originals, chosen_by=chosen_by)
    said = {"seed": str(first.seed), "temp_xy": str(first.temp_xy), "temp_p": str(first.temp_p)}
    path = f"/draw/{quoted(subject.card.slug)}"
    if query.count is None or not (is_best or originals):
        said["system"] = quoted(subject.system)
        if first.told is not None:
            said["latent"] = quote(first.told.latent)
        texts = {"seed": SeedValue(first.seed, first.seed_text)}
        return Pin(path, version_of(service, subject), said, CHOICE, texts), asked
    if query.seed is None or asked is None:
        return None, None
    said["seed"] = str(query.seed.number)
    if query.like is not None:
        said["like"] = str(query.like.number)
    return Pin(path, asked, said, frozenset({"fresh"}), {"seed": query.seed}), asked
