"""Where drawings begin: before their first point, or after what is given of them."""

from collections.abc import Sequence

import torch

from app.engine.job import DrawingJob
from app.engine.prefix import Prefix
from model.checkpoint import Checkpoint
from model.state import State, join, select
from model.strokes import side_by_side


def begin(network: Checkpoint, jobs: Sequence[DrawingJob]) -> State:
    """The state of new drawings, of what each is told: its latent code, else its subject's style."""
    requests = [job.request for job in jobs]
    subjects = [request.subject.number for request in requests]
    contexts = network.contexts(subjects, network.styles(subjects, [each.seed for each in requests]))
    for i, request in enumerate(requests):
        if request.told is not None:
            contexts[i] = request.told.context[0]
    return network.module.begin(contexts.to(network.device))


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
