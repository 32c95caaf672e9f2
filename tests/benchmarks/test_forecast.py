"""`python -m benchmarks.forecast`: what is answered, the command, and a service that it measures."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import torch

from benchmarks.forecast import __main__ as command
from benchmarks.forecast import calibrate, loads, measure, own, plan, slots, stored, workload
from benchmarks.forecast.costs import Costs, Device, HostCosts
from benchmarks.forecast.loads import Figures
from benchmarks.forecast.measure import Compared
from benchmarks.forecast.plan import Sizing, Terms, of_drawings, of_streams
from benchmarks.forecast.speed import Span
from benchmarks.forecast.totals import Totals
from benchmarks.options import ROOT
from tests.app.tiny import write_checkpoint
from tests.benchmarks.conftest import InProcess

H200 = ROOT / "benchmarks/forecast/h200.json"
FIGURES = Figures(100, 10, 9, 20, 4)
SIZING = Sizing("a core", True, 150, 100, FIGURES, 0.5, 90, 0.2)
TERMS = Terms(within_ms=250, share=0.7, peak=3, pace=30)


@pytest.fixture
def costs() -> Costs:
    host = HostCosts(
        turn=1e-3, seat=1e-5, begin=1e-4, join=1e-5, request=2e-3, handout=1e-4, parcel=1e-5, message=5e-4, point=1e-6
    )
    device = Device(name="core", points_per_second={1: 4000, 8: 20_000}, shared=True)
    return Costs(host=host, slots=host.model_copy(update={"turn": 5e-4}), device=device, lengths=(9,))


@pytest.fixture
def file(costs: Costs, tmp_path: Path) -> Path:
    path = tmp_path / "costs.json"
    path.write_text(costs.model_dump_json())
    return path


def test_processes_are_for_the_peak() -> None:
    """A million a day is 35 a second at three times the mean; a process more for each that does not fit."""
    answer = of_drawings(SIZING, 86_400 * 50, TERMS, (0.05, 0.0))
    assert (answer.peak_per_second, answer.processes, answer.devices) == (150, 2, 2)
    assert answer.price_per_million == pytest.approx(24 * 2 * 0.05 / 4.32)
    assert of_drawings(SIZING, 86_400 * 50, TERMS, None).price_per_million is None


def test_processes_share_a_device_that_they_do_not_fill() -> None:
    """Twenty processes that keep a device busy for a tenth of the time need three of them, at 0.7 of each."""
    apart = replace(SIZING, shared=False, rate_device=0.1, streams_device=0.1)
    answer = of_drawings(apart, 86_400 * 2000 / 3, TERMS, (0.05, 4.0))
    assert (answer.processes, answer.devices) == (20, 3)
    assert answer.price_per_million == pytest.approx(24 * (20 * 0.05 + 3 * 4.0) / 57.6)
    assert of_streams(apart, 900, TERMS).devices == 2


def test_a_process_has_no_more_streams_than_sockets() -> None:
    """However fast it is: `INKSTREAM_SOCKETS_LIMIT` by default."""
    assert of_streams(replace(SIZING, streams=5000), 10_000, TERMS).processes == 10
    assert of_streams(SIZING, 10_000, TERMS).processes == 112


@pytest.mark.parametrize(("measured", "good"), [(90, True), (84, True), (80, False), (140, False)])
def test_a_forecast_is_good_within_a_fifth(measured: float, good: bool) -> None:
    """Of what is measured, by each figure; what there is none of does not count."""
    compared = Compared("some", FIGURES, replace(FIGURES, per_second=measured), 0.0)
    assert compared.is_good is good
    assert not replace(compared, refused=1).is_good
    assert set(compared.ratios) == {"per_second", "mean_ms", "p50_ms", "p95_ms", "batch"}


def test_a_disturbed_load_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others have the core, or requests are refused; the quietest counts."""
    nothing = Totals(*[0.0] * 9)
    tries = [
        measure.Measured(FIGURES, (), (Span(0.0, 1.0, nothing, others),), refused)
        for others, refused in ((0.0, 3), (0.5, 0), (0.1, 0), (0.0, 0))
    ]
    left = iter(tries)
    monkeypatch.setattr(measure, "_measure", lambda *_: next(left))
    anything = cast("Any", None)
    assert measure.measure(anything, anything, anything, anything) is tries[2]
    assert list(left) == tries[3:]


def test_the_last_line_is_the_result(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From costs of an earlier run nothing is measured; each device has its answers, and there is something to read."""
    monkeypatch.setattr(loads, "ANSWERS", 100)
    monkeypatch.setattr(loads, "PERIOD", 0.05)
    monkeypatch.setattr(loads, "BEGINNING", 0.2)
    monkeypatch.setattr(loads, "STREAM_SECONDS", 0.3)
    monkeypatch.setattr(plan, "MOST_STREAMS", 32)
    arguments = ["--costs", str(file), "--device", str(H200), "--drawings-per-day", "1e6", "--streams", "100"]
    assert command.main([*arguments, "--pace", "5", "--price-per-hour", "0.05", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    result = json.loads(lines[-1])
    assert [process["shared"] for process in result["processes"]] == [True, False]
    assert [answer["question"] for answer in result["answers"]] == ["1,000,000 drawings a day", "100 streams"] * 2
    assert all(answer["price_per_million"] > 0 for answer in result["answers"][::2])
    assert result["good"] is True
    assert Costs.model_validate(result["costs"]) == Costs.read(file)
    assert any("drawings a second at most" in line for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seconds", "0"],
        ["--streams", "-1"],
        ["--share", "1.5"],
        ["--drawings-per-day", "0"],
        ["--price-per-hour", "-1"],
        ["--price-per-hour", "1", "2"],
        ["--measure", "--costs", "a.json"],
        ["--within", "nan"],
    ],
)
def test_nonsense_is_refused(arguments: list[str]) -> None:
    """What cannot be forecast is refused with the usage."""
    with pytest.raises(SystemExit) as exit_:
        command.main(arguments)
    assert exit_.value.code == 2


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line on standard error, not a traceback."""
    assert command.main(["--costs", str(tmp_path / "none.json")]) == 1
    assert "none.json: No such file" in capsys.readouterr().err


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.slow
def test_a_service_is_measured_beside_its_forecast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_process: InProcess, threads: None
) -> None:
    """Every load has figures of both kinds; whether they are near is for a machine of its own."""
    in_process(own)
    monkeypatch.setattr(own, "take_core", lambda _: None)  # the test keeps all its cores
    monkeypatch.setattr(own, "capacity", lambda _: 20.0)
    monkeypatch.setattr(own, "LOADS", (0.3,))
    monkeypatch.setattr(own, "BESIDE", 2)
    monkeypatch.setattr(workload, "DRAWINGS", 8)
    monkeypatch.setattr(stored, "DRAWINGS", 2)
    monkeypatch.setattr(measure, "TRIES", 1)
    for name, value in {"CLIENTS": (1, 2), "SIZES": (1, 4), "REPEATS": 1, "PROBES": 5, "PASSES": 1}.items():
        monkeypatch.setattr(calibrate, name, value)
    for module in (own, slots):
        monkeypatch.setattr(module, "STREAMS", ((2, 90.0), (1, 360.0)))
    checkpoint = write_checkpoint(tmp_path, "penguin", max_points=20)
    with own.own(checkpoint, "a core", 0.2) as service:
        made = service.calibrated(0.2)
        costs = service.costs(made)
        compared = list(service.compared(made, 0.7))
        sizes = service.sizes()
    assert costs.host.request + costs.host.turn + costs.host.slower > 0
    assert costs.slots.message + costs.slots.point > 0
    assert [each.name for each in compared] == ["30%", "30% and 2 streams"]
    assert all(each.measured.per_second > 0 and each.forecast.per_second > 0 for each in compared)
    assert all(min(each.speed) > 0 for each in compared)
    assert compared[-1].forecast.points_per_second > 0
    assert min(sizes.values()) > 100
