"""Others on the network of a drawing, in the same batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from starlette.testclient import TestClient

from app.engine.delivery import Delivery
from app.engine.engine import Engine
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.routes.service import Service
from model.drawing import Drawing
from tests.app.tiny import alone, request_of, until

OTHERS = 63
DOG = 1  # its number among the subjects of its network


@contextmanager
def company(client: TestClient) -> Iterator[None]:
    """63 others beside the dog on its network, in each place one after the other. Each of them is as it is alone.

    They are of other categories, at all paces, watched or not, from the beginning or from a given one.
    """
    service: Service = client.app.state.service  # type: ignore[attr-defined] # the application is FastAPI's
    assert client.portal is not None
    subject = service.library.loaded().find("dog").subject("animals5")
    network = client.portal.call(service.library.network, subject)
    numbers = [number for number in range(len(network.card.subjects)) if number != DOG]
    deliveries = [
        *(Delivery.whole(), Delivery.streamed(), Delivery.streamed(33)),
        *(Delivery.streamed(belief=True), Delivery.streamed(33, belief=True)),
    ]
    tasks, before = [], _large_batches(service)
    for i in range(OTHERS):
        wanted = request_of(network, numbers[i % len(numbers)], seed=i, temp_xy=0.2 + i / 70)
        whole = alone(wanted)
        if i % 3 == 0 and len(whole.stroke5) > 4 and not wanted.subject.card.styles:  # what is given has no style
            wanted = replace(wanted, prefix=Prefix(wanted.subject.number, whole.stroke5[:3]))
        delivery = deliveries[i % len(deliveries)]
        tasks.append(client.portal.start_task_soon(_over_and_over, service.engine, wanted, delivery, whole))
    until(lambda: f"{OTHERS} running" in repr(service.engine))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        until(service.engine.is_idle)
    assert all(task.cancelled() for task in tasks), [task.exception() for task in tasks if not task.cancelled()]
    assert _large_batches(service) > before, "what is called company was not one batch"


def _large_batches(service: Service) -> float:
    """How many batches were of more than 32 drawings."""
    value = service.metrics.registry.get_sample_value
    every, small = value("inkstream_batch_size_count"), value("inkstream_batch_size_bucket", {"le": "32.0"})
    assert every is not None
    assert small is not None
    return every - small


async def _over_and_over(engine: Engine, request: DrawRequest, delivery: Delivery, whole: Drawing) -> None:
    while True:
        [stream] = engine.open([request], delivery)
        parts = [] if request.prefix is None else [request.prefix.rows]
        try:
            while len(rows := await stream.read()):
                parts.append(rows)
                stream.grant(0 if delivery.refill else len(rows))
        finally:
            stream.close()
        np.testing.assert_array_equal(np.concatenate(parts), whole.stroke5)
