"""`python -m app doctor`: what would keep this service from drawing here, in plain words."""

import logging
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import torch
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from app.catalogue.catalogue import read_catalogue
from app.catalogue.checkpoint_cache import load
from app.catalogue.recogniser import read_recogniser
from app.catalogue.subject import StoredNetwork
from app.catalogue.trust import Trust, trust_of, writable_folders
from app.engine.device import device_of
from app.engine.process import cpus
from app.engine.recognition import warmed
from app.errors import SettingsError, Unloadable
from app.pools.redis_link import TIMEOUT
from app.pools.redis_store import keep_one
from app.server.address import serves_already, why_not_listen
from app.server.cuda import card_is_there, find_device, why_not
from app.server.file_limit import raise_file_limit, room_for, too_few
from app.settings import Settings, read_settings
from model.device.graph import decoders_of
from model.errors import CheckpointError
from model.printing import printing, reason_of

Mark = Literal["ok", "warning", "fault"]

REDIS_SECONDS = 3.0  # more than it ever takes, and a person waits no longer
SLOWLY = "our kernels cannot be used on this GPU, only PyTorch's own; the log of the service says why"
ENDS = {"ok": "All is well.", "warning": "It will draw.", "fault": "It cannot serve like this."}
PACKAGES = ("inkstream", "torch", "fastapi", "uvicorn")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, what it is, and what was found, with what to do about a fault."""

    mark: Mark
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.mark:7}  {self.subject}: {self.text}"


def examine() -> Iterator[Finding]:
    """Look at everything, in the order in which the service would need it; wrong settings end it."""
    yield Finding("ok", "versions", _versions())
    try:
        settings = read_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding("fault", "settings", line)
        return
    yield Finding("ok", "settings", "every variable is a setting, and its value is good")
    for check in CHECKS:
        yield from check(settings)


def worst(findings: Sequence[Finding]) -> Mark:
    """`fault` if there is any, else `warning` if there is any, else `ok`."""
    marks = {finding.mark for finding in findings}
    return "fault" if "fault" in marks else "warning" if "warning" in marks else "ok"


def main() -> int:
    """Print what is found; 0 where the service can draw, 1 where it cannot, 2 where nothing can be printed."""
    logging.disable(logging.CRITICAL)  # what the checks would log stands in their findings
    findings = []
    try:
        with printing():
            for finding in examine():
                print(finding, flush=True)  # noqa: T201 - a command prints
                findings.append(finding)
            mark = worst(findings)
            print(ENDS[mark])  # noqa: T201
    except OSError as error:
        print(f"error: {reason_of(error)}", file=sys.stderr)  # noqa: T201
        return 2
    return int(mark == "fault")


def _device(settings: Settings) -> Iterator[Finding]:
    try:
        device = find_device(settings.device)
    except SettingsError as error:
        yield Finding("fault", "device", str(error))
        return
    name = torch.cuda.get_device_name() if device == "cuda" else f"{settings.threads} of {cpus()} CPUs decode"
    yield Finding("ok", "device", f"{device}, {name}")
    if device == "cpu" and settings.device == "auto" and card_is_there():
        yield Finding("warning", "device", f"there is an NVIDIA card that is not used: {why_not()}")


def _checkpoints(settings: Settings) -> Iterator[Finding]:
    trust = _trust(settings)
    catalogue = read_catalogue(*settings.checkpoints, trust=trust)
    for folder, reason in catalogue.refused.items():
        yield Finding("warning", f"checkpoint {folder}", f"is not served: {reason}")
    networks = catalogue.networks()
    if not networks:
        yield Finding("fault", "checkpoints", f"none under {' or '.join(map(str, settings.checkpoints))} can be served")
        return
    drawn = [_draw(network, settings) for network in networks]
    if any(finding.mark != "fault" for finding in drawn):  # then the others keep nobody from drawing
        drawn = [replace(finding, mark="warning") if finding.mark == "fault" else finding for finding in drawn]
    yield from drawn
    yield Finding("ok", "checkpoints", f"{len(networks)} can be served, of {len(catalogue)} categories")
    if trust.writable == "warn":
        for folder in writable_folders(settings.checkpoints):
            yield Finding(
                "warning", "checkpoints", f"{folder} can be written to by this user, and checkpoints are code"
            )


def _trust(settings: Settings) -> Trust:
    return trust_of(settings.trusted_hashes, settings.writable_checkpoints)


def _draw(network: StoredNetwork, settings: Settings) -> Finding:
    """Draw by it: whole files do not show that this PyTorch can run it. That there is no device is found elsewhere."""
    try:
        device = device_of(settings.device)
    except SettingsError:
        device = "cpu"
    try:
        checkpoint = load(network, device)
    except Unloadable as error:
        return Finding("fault", f"checkpoint {network.folder}", f"cannot draw: {error.__cause__ or error}")
    if checkpoint.device.type == "cuda" and not decoders_of(checkpoint).is_fused:
        return Finding("warning", f"checkpoint {network.name}", f"is drawn, but slowly: {SLOWLY}")
    return Finding("ok", f"checkpoint {network.name}", f"{network.card.subjects[0].name} is drawn")


def _recogniser(settings: Settings) -> Iterator[Finding]:
    """A warning at most: without it the service draws, but guesses nothing and chooses nothing."""
    try:
        loaded = warmed(partial(read_recogniser, settings.checkpoints, _trust(settings)))
    except (CheckpointError, RuntimeError) as error:
        text = f"drawings are not recognised, nor is the best of several chosen: {error}"
        yield Finding("warning", "recogniser", text)
    else:
        yield Finding("ok", "recogniser", f"it knows {len(loaded.recogniser.names)} names")


def _redis(settings: Settings) -> Iterator[Finding]:
    """A warning at most: without Redis it draws, and each process has its own pools and counts."""
    if not settings.redis_url:
        return
    otherwise = "each process keeps drawings ready, and counts, by itself"
    needed = "It needs one Redis of 6.2 or newer, to write to, and no cluster"
    try:
        with Redis.from_url(
            settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as redis:
            began = time.monotonic()
            redis.ping()
            seconds = time.monotonic() - began
            keep_one(redis)
    except ResponseError as error:
        yield Finding("warning", "redis", f"answers, but refuses what the service asks; {otherwise}: {error}. {needed}")
    except (RedisError, OSError) as error:
        yield Finding("warning", "redis", f"does not answer; {otherwise}: {error}")
    else:
        if seconds > TIMEOUT:
            text = f"is too far away: {seconds:.2f} seconds to connect and answer, of which the service waits {TIMEOUT}"
            yield Finding("warning", "redis", f"{text}; {otherwise}")
        else:
            yield Finding("ok", "redis", "it answers, and keeps what it is given")


def _port(settings: Settings) -> Iterator[Finding]:
    reason = why_not_listen(settings.host, settings.port)
    if reason is None:
        yield Finding("ok", "port", f"{settings.port} is free")
    elif serves_already(settings.host, settings.port):
        yield Finding("warning", "port", f"{settings.port} is in use by a service that runs already: by this one?")
    else:
        yield Finding("fault", "port", reason)


def _reach(settings: Settings) -> Iterator[Finding]:
    """Who can reach it, where that is more than this machine."""
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.api_keys and not settings.rate_limit:
        text = (
            "anyone who reaches this machine may draw as much as it can: set INKSTREAM_RATE_LIMIT or INKSTREAM_API_KEYS"
        )
        yield Finding("warning", "limits", text)
    if "*" in settings.proxies:
        text = "INKSTREAM_PROXIES=* believes any X-Forwarded-For: right only where a proxy alone can ask"
        yield Finding("warning", "proxies", text)


def _files(settings: Settings) -> Iterator[Finding]:
    """How many connections the limit of open files leaves room for."""
    wanted = settings.connections_limit
    room = room_for(wanted, raise_file_limit())
    if room.connections < wanted:
        yield Finding("warning", "files", too_few(room, wanted))
    else:
        yield Finding("ok", "files", f"there is room for {wanted} connections")


def _versions() -> str:
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in PACKAGES)])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # Inkstream itself, run from a checkout without being installed
        return "from its sources"


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _device,
    _checkpoints,
    _recogniser,
    _redis,
    _files,
    _port,
    _reach,
)
