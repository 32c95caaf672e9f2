import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from app import __main__ as command
from app.catalogue import trust as trust_module
from app.catalogue.recogniser import FOLDER, LoadedRecogniser, read_recogniser
from app.server import doctor as doctor_module
from app.server.doctor import Finding, examine, worst
from benchmarks.redis_server import RedisServer
from tests.app.real import real
from tests.app.redis_faults import needs_redis
from tests.app.seer import Seer
from tests.app.tiny import damage, write_checkpoint

NAMES = ("cat", "penguin", "the-eiffel-tower", "penguin@gmm16_1")  # the defaults first


@pytest.fixture(autouse=True)
def variables(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """An environment in which all is well, and a way to spoil it."""
    for name in [name for name in os.environ if name.startswith("INKSTREAM_")]:
        monkeypatch.delenv(name)
    for name, value in (("CHECKPOINTS", str(checkpoints)), ("DEVICE", "cpu"), ("WRITABLE_CHECKPOINTS", "allow")):
        monkeypatch.setenv(f"INKSTREAM_{name}", value)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setattr(doctor_module, "read_recogniser", lambda *_: LoadedRecogniser(Seer(), 1000))
    return monkeypatch.setenv


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def found(mark: str) -> list[str]:
    return [str(finding) for finding in examine() if finding.mark == mark]


def test_a_service_that_can_draw_is_well() -> None:
    """Nothing but good news: of versions, settings, device, each checkpoint and their number, recogniser and port."""
    findings = list(examine())
    assert [finding.mark for finding in findings] == ["ok"] * len(findings)
    subjects = [finding.subject for finding in findings]
    assert subjects == [
        "versions",
        "settings",
        "device",
        *(f"checkpoint {name}" for name in NAMES),
        "checkpoints",
        "recogniser",
        "files",
        "port",
    ]
    assert f"torch {torch.__version__.split('+')[0]}" in findings[0].text


def test_few_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many connections they hold, and which limit to raise, is a warning."""
    monkeypatch.setattr(doctor_module, "raise_file_limit", lambda: 1024)
    [warning] = found("warning")
    assert "files: the limit of open files leaves room for 860 connections" in warning


def test_wrong_settings_are_named(variables: Callable[[str, str], None]) -> None:
    """Each by its variable; nothing else can be looked at then."""
    variables("INKSTREAM_THREADS", "0")
    variables("INKSTREAM_PORT", "1")
    assert found("fault")[0].startswith("fault    settings: INKSTREAM_THREADS: ")
    variables("INKSTREAM_TREADS", "2")
    assert found("fault") == ["fault    settings: INKSTREAM_TREADS: no such setting"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_a_device_that_is_not_there_is_a_fault(variables: Callable[[str, str], None]) -> None:
    """It says so once, with the setting that helps, and tries the checkpoints without it."""
    variables("INKSTREAM_DEVICE", "cuda")
    [fault] = found("fault")
    assert "PyTorch finds no CUDA device; set INKSTREAM_DEVICE=cpu, or mend it: PyTorch" in fault
    assert found("ok")[-1].startswith("ok       port:")


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_a_card_that_is_not_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; who asked for the CPU is not bothered."""
    monkeypatch.setattr(doctor_module, "card_is_there", lambda: True)
    assert found("warning") == []
    monkeypatch.setenv("INKSTREAM_DEVICE", "auto")
    [warning] = found("warning")
    assert "device: there is an NVIDIA card that is not used: PyTorch" in warning


def test_refused_checkpoints_are_named(tmp_path: Path, variables: Callable[[str, str], None]) -> None:
    """Each with its reason, while there is another to draw with; none at all is a fault."""
    variables("INKSTREAM_CHECKPOINTS", str(tmp_path))
    assert found("fault") == [f"fault    checkpoints: none under {tmp_path} can be served"]
    write_checkpoint(tmp_path, "cat")
    (write_checkpoint(tmp_path, "owl") / "model.pt").write_bytes(b"")
    [warning] = found("warning")
    assert warning.startswith(f"warning  checkpoint {tmp_path / 'owl'}: is not served: ")
    assert "SHA-256" in warning
    assert found("fault") == []


def test_a_checkpoint_that_does_not_draw_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole files are not enough: it is loaded and draws."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("no kernel for this device")

    monkeypatch.setattr("app.catalogue.checkpoint_cache.draw", fail)
    faults = found("fault")
    assert len(faults) == len(NAMES)
    assert all("cannot draw: no kernel for this device" in fault for fault in faults)


@pytest.mark.parametrize("fused", [True, False])
def test_a_gpu_without_our_kernels_is_warned_of(fused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It draws, several times slower than it could, which nobody would see otherwise."""
    network = SimpleNamespace(device=torch.device("cuda"))
    monkeypatch.setattr(doctor_module, "load", lambda *_: network)
    monkeypatch.setattr(doctor_module, "decoders_of", lambda _: SimpleNamespace(is_fused=fused))
    warnings = found("warning")
    assert len(warnings) == len(NAMES) * (not fused)
    assert all("slowly: our kernels cannot be used on this GPU" in warning for warning in warnings)
    assert found("fault") == []


def test_a_checkpoint_that_cannot_be_loaded_is_warned_of(tmp_path: Path, variables: Callable[[str, str], None]) -> None:
    """By its folder and with the reason, while another draws; where none does it is a fault."""
    variables("INKSTREAM_CHECKPOINTS", str(tmp_path))
    damage(write_checkpoint(tmp_path, "owl"))
    [fault] = found("fault")
    assert fault.startswith(f"fault    checkpoint {tmp_path / 'owl'}: cannot draw: ")
    assert "is not a TorchScript archive" in fault
    write_checkpoint(tmp_path, "cat")
    assert found("warning") == [fault.replace("fault  ", "warning", 1)]
    assert found("fault") == []


def test_a_folder_that_can_be_written_is_warned_of(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, variables: Callable[[str, str], None]
) -> None:
    """By its name, where the settings ask to be warned."""
    variables("INKSTREAM_WRITABLE_CHECKPOINTS", "warn")
    monkeypatch.setattr(trust_module, "is_writable", lambda path: True)
    text = f"{checkpoints} can be written to by this user, and checkpoints are code"
    assert found("warning") == [f"warning  checkpoints: {text}"]
    monkeypatch.setattr(trust_module, "is_writable", lambda path: False)
    assert found("warning") == []


def test_a_recogniser_that_is_missing_or_broken_is_warned_of(
    tmp_path: Path, variables: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its folder, and with what does not work without it; a service without one draws."""
    variables("INKSTREAM_CHECKPOINTS", str(tmp_path))
    write_checkpoint(tmp_path, "cat")
    monkeypatch.setattr(doctor_module, "read_recogniser", read_recogniser)
    [warning] = found("warning")
    assert warning.startswith("warning  recogniser: drawings are not recognised, nor is the best of several chosen: ")
    assert f"there is no folder 'recogniser' in {tmp_path}" in warning
    (tmp_path / FOLDER).mkdir()
    assert "has no card.json" in found("warning")[0]
    broken = LoadedRecogniser(Seer(RuntimeError("no kernel")), 1000)
    monkeypatch.setattr(doctor_module, "read_recogniser", lambda *_: broken)
    assert found("warning")[0].endswith("no kernel")
    assert found("fault") == []


@pytest.mark.parametrize(("host", "reason"), [("127.0.0.1", "is in use"), ("192.0.2.1", "is not an address of this")])
def test_a_port_that_cannot_be_had_is_a_fault(
    taken: int, host: str, reason: str, variables: Callable[[str, str], None]
) -> None:
    """Taken by another process, or of an address that this machine does not have."""
    variables("PORT", str(taken))
    variables("INKSTREAM_HOST", host)
    variables("INKSTREAM_RATE_LIMIT", "5/second")
    [fault] = found("fault")
    assert fault.startswith(f"fault    port: {host}:{taken} {reason}")


def test_the_port_of_a_service_that_runs_is_no_fault(checkpoints: Path, variables: Callable[[str, str], None]) -> None:
    """Who examines one that runs, beside it or in its container, is not told that it cannot serve."""
    with real(checkpoints) as running:
        variables("PORT", running.host.partition(":")[2])
        assert found("fault") == []
        [warning] = found("warning")
    assert "in use by a service that runs already" in warning


def test_a_redis_that_does_not_answer_is_warned_of(
    taken: int, variables: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, or silent: it says so in some seconds, and no fault, since the service draws without."""
    monkeypatch.setattr(doctor_module, "REDIS_SECONDS", 0.2)
    for port in (1, taken):
        variables("INKSTREAM_REDIS_URL", f"redis://127.0.0.1:{port}/0")
        [warning] = found("warning")
        assert warning.startswith("warning  redis: does not answer")
    assert found("fault") == []


@needs_redis
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("CONFIG SET maxmemory 1", "not allowed when used memory"),
        ("REPLICAOF 127.0.0.1 1", "read only replica"),
        ("ACL SETUSER default -lpop", "run this command"),
    ],
    ids=["full", "read-only", "without rights"],
)
def test_a_redis_that_refuses_is_warned_of(
    harm: str, reason: str, server: RedisServer, variables: Callable[[str, str], None]
) -> None:
    """It answers a ping, and would do nothing of what the service asks. One that is well keeps nothing of this."""
    variables("INKSTREAM_REDIS_URL", server.url)
    assert found("warning") == []
    assert server.ask("KEYS *:pool:*") == b"*0\r\n"
    server.ask(harm)
    [warning] = found("warning")
    assert warning.startswith("warning  redis: answers, but refuses")
    assert reason in warning


@needs_redis
def test_a_redis_that_is_far_away_is_warned_of(
    server: RedisServer, variables: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be well for who has time; the service would wait for it in vain."""
    variables("INKSTREAM_REDIS_URL", server.url)
    monkeypatch.setattr(doctor_module, "TIMEOUT", 0.0)
    [warning] = found("warning")
    assert "redis: is too far away" in warning


def test_a_service_without_limits_is_warned_of(variables: Callable[[str, str], None]) -> None:
    """Open to other machines, with neither keys nor rates; and whatever anybody says of their address is believed."""
    variables("INKSTREAM_HOST", "0.0.0.0")  # noqa: S104 - for a moment, on a port of nobody
    variables("INKSTREAM_PROXIES", "*")
    assert [line.split(":")[0] for line in found("warning")] == ["warning  limits", "warning  proxies"]
    variables("INKSTREAM_API_KEYS", f"ann:{'a' * 16}")
    assert [line.split(":")[0] for line in found("warning")] == ["warning  proxies"]


def test_the_worst_counts() -> None:
    """A fault outweighs warnings, a warning what is well."""
    ok, warning, fault = Finding("ok", "a", "b"), Finding("warning", "a", "b"), Finding("fault", "a", "b")
    assert [worst(list_) for list_ in ([], [ok], [ok, warning], [fault, warning, ok])] == [
        "ok",
        "ok",
        "warning",
        "fault",
    ]


@pytest.mark.parametrize(
    ("port", "status", "last"), [("0", 0, "All is well."), ("taken", 1, "It cannot serve like this.")]
)
def test_the_command_says_so_by_its_status(
    taken: int,
    port: str,
    status: int,
    last: str,
    variables: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`python -m app doctor` prints a line for each thing, and ends with 1 where the service would not serve."""
    variables("PORT", str(taken) if port == "taken" else port)
    monkeypatch.setattr(sys, "argv", ["python -m app", "doctor"])
    try:
        assert command.main() == status
    finally:
        logging.disable(logging.NOTSET)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.splitlines()[-1] == last


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_report_that_cannot_be_written_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, or a reader that went away, is no traceback."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", full)
        try:
            assert doctor_module.main() == 2
        finally:
            logging.disable(logging.NOTSET)
    assert capsys.readouterr().err == "error: No space left on device\n"


def test_an_unknown_command_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip does not start a service."""
    monkeypatch.setattr(sys, "argv", ["python -m app", "docter"])
    with pytest.raises(SystemExit) as exit_:
        command.main()
    assert exit_.value.code == 2
    assert "doctor" in capsys.readouterr().err
