"""What can be configured, and the only place that reads the environment."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.catalogue.trust import Writable
from app.engine.process import cpus
from app.errors import SettingsError
from app.settings.values import (
    LINK,
    WORD,
    Folders,
    HashFile,
    Hosts,
    Keys,
    Listening,
    Networks,
    Origins,
    Port,
    Rate,
    RedisUrl,
    RootPath,
    says_no_port,
)

PREFIX = "INKSTREAM_"
CHECKPOINTS = Path("checkpoints")
PACKAGED = Path(__file__).parents[2] / "inkstream/checkpoints"  # in a checkout a link to the other
ELSEWHERE = {"INKSTREAM_SHARED_DATA"}  # read by the tests, and no setting of the service
PORTS = ("PORT", "INKSTREAM_PORT")
# What Kubernetes tells every container of each Service of its namespace, whatever the Services are called, and what
# Docker's links did: NAME_PORT=tcp://10.0.0.1:80 is no setting, nor is anything else of that NAME.
_LINKED = re.compile(r"(?P<name>.+?)_PORT(_\d+_(TCP|UDP|SCTP))?")  # whose values are such links
_OF_SERVICE = re.compile(
    r"(?P<name>.+?)_(SERVICE_HOST|SERVICE_PORT(_\w+)?|NAME|ENV_\w+"
    r"|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR|START|END|PORT_START|PORT_END))?)"
)


def default_threads() -> int:
    """All CPUs that the process may use but one, which stays free for HTTP."""
    return max(1, cpus() - 1)


def default_checkpoints() -> tuple[Path, ...]:
    """`checkpoints` in the folder where it is started; where there is none, those that came with the package."""
    return (CHECKPOINTS if CHECKPOINTS.is_dir() or not PACKAGED.is_dir() else PACKAGED,)


class Settings(BaseSettings):
    """Settings of one service; each is also an environment variable, `INKSTREAM_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True)

    checkpoints: Folders = Field(
        default_factory=default_checkpoints,
        description="Folders whose subfolders are the checkpoints to serve, separated by commas; earlier ones win.",
    )
    writable_checkpoints: Annotated[Writable, WORD] = Field(
        "warn", description="What becomes of checkpoints that the service itself could change."
    )
    trusted_hashes: HashFile | None = Field(
        None, description="File with the SHA-256 of the models that may be loaded, as sha256sum writes it."
    )
    host: Listening = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` is every one.")
    port: Port = Field(8000, ge=0, le=65535, validation_alias=AliasChoices(*PORTS), description="Port to listen on.")
    device: Annotated[Literal["auto", "cpu", "cuda"], WORD] = Field(
        "auto", description="Device that decodes; `auto` takes CUDA if there is one."
    )
    threads: int = Field(default_factory=default_threads, ge=1, le=1024, description="CPU threads that decode.")
    batch_limit: int = Field(512, ge=1, le=65536, description="Drawings that may be decoded at the same time.")
    queue_limit: int = Field(
        256, ge=1, description="Drawings that may wait beside them; one more is answered with 429."
    )
    max_points: int = Field(
        1000, ge=1, le=10000, description="Points that a drawing may have, even if its checkpoint's card allows more."
    )
    max_count: int = Field(64, ge=1, le=1024, description="Drawings that one request may ask for.")
    rate_limit: Rate = Field(
        "", description="Drawings that one client address may ask for, such as `600/minute`; nothing is no limit."
    )
    client_share: float = Field(
        0.25,
        gt=0,
        le=1,
        description="Part of drawings, pictures and WebSockets that one client may hold at a time; 1 is no limit.",
    )
    api_keys: Keys = Field(
        (), repr=False, description="Keys of those who may draw, as name:key; without any everybody may."
    )
    key_rate_limit: Rate = Field(
        "", description="Drawings that each API key may ask for, such as `600/minute`; nothing is no limit."
    )
    redis_url: RedisUrl = Field(
        "",
        description="Redis that keeps drawings ready, and counts rates, for all processes; without one each does.",
    )
    pool_size: int = Field(
        64, ge=0, le=65536, description="Drawings kept ready for each category and temperatures that are asked for."
    )
    pool_limit: int = Field(64, ge=1, le=65536, description="Pools of ready drawings; the one asked for least goes.")
    pool_budget: int = Field(64, ge=1, description="MiB of ready drawings.")
    pool_idle: float = Field(
        600, ge=1, le=31_536_000, description="Seconds after which a pool that nobody asks for is let go."
    )
    memory_budget: int = Field(
        1024, ge=1, description="MiB of checkpoints kept in memory; beyond it the least recently used is let go."
    )
    preload: int = Field(
        16, ge=0, description="Checkpoints loaded and warmed before ready; others at their first drawing."
    )
    deadline: float = Field(30, gt=0, le=600, description="Seconds after which a drawing not yet ready is given up.")
    grace: float = Field(
        30, ge=0, le=600, description="Seconds for running drawings to finish after SIGTERM, before they are cut off."
    )
    connections_limit: int = Field(
        4096,
        ge=1,
        le=1_048_576,
        description="Connections that may be open, WebSockets among them; one more is answered with 503.",
    )
    sockets_limit: int = Field(1024, ge=1, description="WebSockets that may be open; one more is answered with 429.")
    idle_timeout: float = Field(
        60, gt=0, le=3600, description="Seconds after which a WebSocket that draws nothing and says nothing is closed."
    )
    send_timeout: float = Field(
        20,
        gt=0,
        le=600,
        description="Seconds for which a reader of a live drawing may take nothing before it is cut off.",
    )
    max_message: int = Field(
        262_144, ge=1024, description="Bytes that a message to a WebSocket, or the body of a request, may have."
    )
    origins: Origins = Field(
        (), description="Origins whose pages may draw (CORS, WebSockets), separated by commas; `*` is every one."
    )
    hosts: Hosts = Field(
        (), description="Names by which the service is asked, beside addresses and localhost; `*` is every one."
    )
    root_path: RootPath = Field(
        "", description="Path below which a proxy has the service, such as `/ink`, where the proxy does not say so."
    )
    proxies: Networks = Field(
        ("127.0.0.1", "::1"),
        description="Addresses or networks of proxies whose X-Forwarded-For is believed; `*` is every one.",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], WORD] = Field(
        "info", description="Least level that is logged."
    )
    log_format: Annotated[Literal["text", "json"], WORD] = Field(
        "text", description="Form of the log: lines to read, or JSON."
    )


def read_settings(said: Mapping[str, object] | None = None) -> Settings:
    """Settings from the environment, but for those that are said. Raises SettingsError, a line for each that is wrong.

    An `INKSTREAM_` variable that is no setting is refused too: it is a slip, and would go unnoticed.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE
    given = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)} - _service_links()
    unknown = sorted(given - known)
    if unknown:
        raise SettingsError("\n".join(f"{name}: no such setting" for name in unknown))
    said = dict(said or {})
    if says_no_port(os.environ.get("PORT", "0")) and "INKSTREAM_PORT" in os.environ:
        said = {"port": os.environ["INKSTREAM_PORT"], **said}
    try:
        settings = Settings()
        return Settings.model_validate({**dict(settings), **said}) if said else settings
    except ValidationError as error:
        raise SettingsError("\n".join(_line(problem["loc"], problem["msg"]) for problem in error.errors())) from None


def _service_links() -> set[str]:
    """Variables about the Services of a cluster, by those that say an address such as tcp://10.0.0.1:80.

    A NAME_PORT that says a number is a setting, in the place of such an address; the rest of that NAME is none.
    """
    linked = {name.upper() for name, value in os.environ.items() if LINK.match(value)}
    ports = {name: found["name"] for name in linked if (found := _LINKED.fullmatch(name))}
    services = set(ports.values())
    given = {name.upper(): found["name"] for name in os.environ if (found := _OF_SERVICE.fullmatch(name.upper()))}
    return ports.keys() | {name for name, service in given.items() if service in services}


def _line(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]) if location else "settings"
    if name in PORTS:  # either may be meant: the first that is there is read
        there = {name.upper() for name in os.environ}
        name = next((port for port in PORTS if port in there), PORTS[0])
    variable = name if name.isupper() else PREFIX + name.upper()
    return f"{variable}: {message}"
