"""What a forecast is made from: costs, what they are fitted to, and devices."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.forecast.calibrate import Round, host_of
from benchmarks.forecast.costs import Costs, Device, ForecastError, HostCosts
from benchmarks.forecast.fit import fit
from benchmarks.forecast.totals import Totals
from benchmarks.options import ROOT

H200 = ROOT / "benchmarks/forecast/h200.json"


@pytest.mark.parametrize(
    ("drawings", "seconds"), [(1, 0.001), (4, 0.002), (2.5, 0.0015), (8, 0.003), (16, 0.005), (0.5, 0.001)]
)
def test_a_step_lies_on_straight_lines(drawings: float, seconds: float) -> None:
    """Between the sizes that were measured and beyond the last; below the first it takes as long as that."""
    device = Device(name="some", points_per_second={1: 1000, 4: 2000, 8: 8 / 0.003})
    assert device.step_seconds(drawings) == pytest.approx(seconds)
    assert Device(name="one size", points_per_second={2: 1000}).step_seconds(4) == pytest.approx(0.004)


def test_costs_are_found_again() -> None:
    """From counts and totals; what costs nothing is nothing, and never less."""
    counts = [{"request": n, "turn": 10.0 * i, "idle": 7.0 * i * i} for i, n in enumerate((1.0, 20.0, 3.0, 40.0), 1)]
    found = fit(counts, [each["request"] * 0.002 + each["turn"] * 0.01 for each in counts])
    assert found == pytest.approx({"request": 0.002, "turn": 0.01, "idle": 0}, abs=1e-9)
    assert min(fit(counts, [1.0, 0.5, 0.3, 0.1]).values()) >= 0


def test_a_message_costs_by_its_points() -> None:
    """Streams whose messages hold three points and twelve tell apart what a message costs and what a point in it."""
    did = Totals(loop=0, engine=0.1, ended=0, begun=0, turns=0, seats=0, steps=1, work=1, points=0)
    made = []
    for messages, points in ((100, 3), (300, 3), (50, 12), (100, 12)):
        loop = messages * 4e-5 + messages * points * 1e-5
        made.append(Round(replace(did, loop=loop, seats=messages, points=messages * points), 0))
    host = host_of(made, None, 0.0, 0.004)
    assert (host.message, host.point) == pytest.approx((4e-5, 1e-5))


def test_beside_a_gpu_work_costs_what_it_does_there() -> None:
    """The engine has no drawings to put together; another core does what this one does."""
    host = HostCosts(turn=1e-3, seat=0, begin=0, join=0, request=0, handout=0, parcel=0, message=5e-4, point=1e-6)
    core = Device(name="core", points_per_second={1: 4000}, shared=True)
    costs = Costs(host=host, slots=host.model_copy(update={"turn": 5e-4}), device=core, lengths=(9,))
    assert costs.on(Device.read(H200)).host == costs.slots
    assert costs.on(costs.device).host == costs.host


def test_the_figures_of_a_gpu_say_whose_they_are() -> None:
    """They can be read, and their name says that they are of this service's code."""
    device = Device.read(H200)
    assert "this service's own steps" in device.name
    assert not device.shared
    assert device.step_seconds(64) == pytest.approx(64 / 3_585_485)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("{}", "name"), ('{"name": "a", "points_per_second": {"1": 1}, "speed": 1}', "speed"), ("[", "Invalid JSON")],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    """And so is what is wrong with it, keys that nobody reads among that."""
    path = tmp_path / "device.json"
    path.write_text(text)
    with pytest.raises(ForecastError, match=fault) as error:
        Device.read(path)
    assert str(path) in str(error.value)
