"""Where drawings begin: before their first point, or after what is given of them."""

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

import torch

from app.engine.job import DrawingJob
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from model.checkpoint import Checkpoint, CheckpointModule
from model.state import State, join, put, room_for, select
from model.strokes import side_by_side
from model.table import moved

Kind = tuple[int, str | None]  # of drawing: the number of its subject, and the style that its card has for the seed

MOST = 2048  # beginnings that are kept of a network, some 13 kilobytes each: more than the styles of 345 categories


def begin(network: Checkpoint, jobs: Sequence[DrawingJob]) -> State:
    """The state of new drawings, of what each is told: its latent code, else its subject's style."""
    requests = [job.request for job in jobs]
    state = _beginnings_of(network).state(network, requests)
    contexts = {i: request.told.context for i, request in enumerate(requests) if request.told is not None}
    if contexts:
        told = network.module.begin(torch.cat(list(contexts.values())).to(network.device))
        put(state, torch.tensor(list(contexts), device=network.device), told)
    return state


class Beginnings:
    """The states in which drawings of one network begin, by subject and style: most begin as others did.

    Used by the engine's thread only.
    """

    def __init__(self) -> None:
        self._places: dict[Kind, int] = {}
        self._table: State = []

    def __len__(self) -> int:
        return len(self._places)

    def state(self, network: Checkpoint, requests: Sequence[DrawRequest]) -> State:
        """Those of some drawings, in that order: a copy. Latent codes of their own do not count."""
        kinds = [(request.subject.number, request.subject.card.style_of(request.seed)) for request in requests]
        lacking = {kind: request for kind, request in zip(kinds, requests, strict=True) if kind not in self._places}
        if lacking and len(self) + len(lacking) > MOST:
            self._places.clear()
            lacking = dict(zip(kinds, requests, strict=True))
        if lacking:
            self._add(network, lacking)
        return select(self._table, torch.tensor([self._places[kind] for kind in kinds], device=network.device))

    def _add(self, network: Checkpoint, lacking: Mapping[Kind, DrawRequest]) -> None:
        subjects = [subject for subject, _ in lacking]
        contexts = network.contexts(subjects, network.styles(subjects, [each.seed for each in lacking.values()]))
        made = network.module.begin(contexts.to(network.device))
        first, count = len(self), len(self) + len(lacking)
        if not self._table or len(self._table[0]) < count:
            self._table = moved(self._table or made, room_for(count, 1), torch.arange(first, device=network.device))
        put(self._table, torch.arange(first, count, device=network.device), made)
        self._places |= {kind: first + i for i, kind in enumerate(lacking)}


_beginnings: WeakKeyDictionary[CheckpointModule, Beginnings] = WeakKeyDictionary()


def _beginnings_of(network: Checkpoint) -> Beginnings:
    """Those of a loaded network, which live as long as it is loaded: its drawings come and go."""
    found = _beginnings.get(network.module)
    if found is None:
        found = _beginnings[network.module] = Beginnings()
    return found


def take_prefix_states(jobs: Sequence[DrawingJob]) -> None:
    """Give new drawings the state after what is given of them; several may begin with the same."""
    for job in jobs:
        if job.state is None and job.request.prefix is not None:
            job.state = job.request.prefix.state


def unread(jobs: Sequence[DrawingJob]) -> list[Prefix]:
    """The prefixes that some jobs still read: each once, in their order."""
    prefixes = dict.fromkeys(job.request.prefix for job in jobs if job.reads)
    return [prefix for prefix in prefixes if prefix is not None]


def read(network: Checkpoint, prefixes: Sequence[Prefix], most: int) -> None:
    """Read on in some prefixes together, up to `most` rows of each."""
    given = [prefix.next(most) for prefix in prefixes]
    states = [prefix.state or _begun(network, prefix) for prefix in prefixes]
    padded, lengths = (torch.from_numpy(each).to(network.device) for each in side_by_side(given))
    state = network.module.read(join(states), padded, lengths)
    for i, (prefix, rows) in enumerate(zip(prefixes, given, strict=True)):
        prefix.advance(select(state, torch.tensor([i], device=network.device)), len(rows))


def _begun(network: Checkpoint, prefix: Prefix) -> State:
    """The state of a drawing before the first of its given rows."""
    if prefix.told is None:
        return network.begin([prefix.subject])
    return network.module.begin(prefix.told.context.to(network.device))
