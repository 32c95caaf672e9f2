"""The service under a load of clients of all kinds; `python -m benchmarks.load` makes it 500 for five minutes."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import load as load_module
from benchmarks.crowd import storm
from benchmarks.load import is_good, load
from tests.app.real import real
from tests.app.seer import Seer, give
from tests.app.tiny import subject_card, until, write_checkpoint, write_network

CATEGORIES = ("penguin", "cat")
EMPTY = "<Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    for category in CATEGORIES:
        write_checkpoint(root, category)
    write_network(root, "all", "all", [subject_card(category) for category in CATEGORIES])
    return root


@pytest.mark.slow
def test_nothing_of_the_clients_is_left(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever behaves is answered; then every slot, socket and place is free, by the scheduler's own state."""
    give(monkeypatch, Seer())
    with real(checkpoints, send_timeout=1, queue_limit=8, batch_limit=16, sockets_limit=30) as running:
        outcome = asyncio.run(storm(running.host, CATEGORIES, clients=40, seconds=2))
        assert not [name for name in outcome if name.startswith("failed")]
        ways = {"asks", "likens", "watches", "listens", "changes", "guesses", "vanishes", "mutes", "garbles"}
        assert ways < set(outcome)
        assert outcome["status 200"]
        until(lambda: running.state() == EMPTY)
        until(lambda: repr(running.service.recognition) == "<Recognition open, 0 waiting, 0 spare>")
        until(running.service.draining.is_idle)
        until(lambda: not running.service.sockets)
        until(lambda: not running.server.server_state.connections)


@pytest.mark.slow
def test_a_process_is_as_it_was(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its gauges are at zero, its memory is flat, and told to stop it ends with status 0."""
    monkeypatch.setattr(load_module, "GROWTH", 1.5)  # on a busy machine not all code has run when it is warm
    figures = load(checkpoints, CATEGORIES, clients=20, seconds=1.5, send_timeout=1)
    assert is_good(figures), figures


@pytest.mark.parametrize(
    "change",
    [
        {"failed": {"failed: asks": 1}},
        {"left": {"running_drawings": 1.0}},
        {"mib_at_the_end": 150.0},
        {"exit_status": 1},
    ],
)
def test_what_is_wrong_is_seen(change: dict[str, object]) -> None:
    """Each of the promises can be broken."""
    good: dict[str, object] = {
        "failed": {},
        "left": {"running_drawings": 0.0},
        "mib_after_warm_up": 100.0,
        "mib_at_the_end": 105.0,
        "exit_status": 0,
    }
    assert is_good(good)
    assert not is_good(good | change)
