"""How a person may write the value of a setting; each of these types says of a wrong one what it should be like."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from app.catalogue.trust import read_hashes
from app.middleware.api_keys import ApiKey, parse_key
from app.middleware.cross_origin import parse_origin
from app.middleware.forwarded import PATH_PREFIX
from app.middleware.host_check import parse_host
from app.middleware.rates import parse_rate
from app.pools.redis_url import parse_redis_url

Value = TypeVar("Value")

LINK = re.compile(r"(tcp|udp|sctp)://")  # what Kubernetes and Docker call the port of another service


def _said(parse: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """The same, but that what it says of a wrong value is said as it is; of secrets it says nothing back."""

    def checked(value: Any) -> Value:  # noqa: ANN401 - what a person gave
        try:
            return parse(value)
        except (ValueError, OSError) as error:
            raise PydanticCustomError("value", "{error}", {"error": str(error)}) from None

    return checked


def _split(value: object) -> object:
    return [part.strip() for part in re.split(r"[,\n]", value) if part.strip()] if isinstance(value, str) else value


def _word(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _folders(value: object) -> object:
    return (value,) if isinstance(value, Path) else _split(value)


def _folder(path: Path) -> Path:
    with suppress(OSError):  # it lies in a folder that may not be looked into, or its name is too long
        if not path.is_dir():
            raise ValueError(f"{path} is not a folder")
    if not os.access(path, os.R_OK | os.X_OK):
        raise ValueError(f"{path} cannot be read by this user")
    return path


def _some(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    if not folders:  # a bound on the length would be complained of beside each folder that is none
        raise ValueError("Should name a folder")
    return folders


def _hashes(path: Path) -> Path:
    if path.is_dir():
        raise ValueError("Should name a file, as sha256sum writes it")
    read_hashes(path)
    return path


def _listening(text: str) -> str:
    """An address to listen on, IPv6 in brackets or not. Raises ValueError for what is none, nor a name of a machine."""
    host = text.strip()
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not re.fullmatch(r"[\w.-]+|\*", host, re.ASCII):
        try:
            ip_address(host)
        except ValueError:
            raise ValueError("Should be an address such as 0.0.0.0 or ::, or a name, and no more") from None
    return host


def says_no_port(value: str) -> bool:
    """Whether a port is left open, or is what a cluster says of a Service."""
    return not value.strip() or LINK.match(value) is not None


def _port(value: object) -> object:
    return 8000 if isinstance(value, str) and says_no_port(value) else value


def _key(text: object) -> ApiKey:
    return text if isinstance(text, ApiKey) else parse_key(str(text))


def _rate(text: str) -> str:
    try:
        parse_rate(text)
    except ValueError as error:
        raise ValueError(f"Should be like 10/second or 600/minute: {error}") from None
    return text


def _path(text: str) -> str:
    path = text.rstrip("/")
    if path and not PATH_PREFIX.fullmatch(path):
        raise ValueError("Should be like /ink")
    return path


def _network(text: str) -> str:
    try:
        return text if text == "*" else str(ip_network(text))
    except ValueError:
        raise ValueError("Should be addresses, networks such as 10.0.0.0/8, or *") from None


def _every_one(networks: tuple[str, ...]) -> tuple[str, ...]:
    return ("*",) if "*" in networks else networks


WORD = BeforeValidator(_word)  # before a choice of words, which many write in capitals

Origin = Annotated[str, AfterValidator(_said(parse_origin))]
Host = Annotated[str, AfterValidator(_said(parse_host))]
Network = Annotated[str, AfterValidator(_said(_network))]

# Several are separated by commas, or lines.
Folders = Annotated[
    tuple[Annotated[Path, AfterValidator(_said(_folder))], ...],
    NoDecode,
    BeforeValidator(_folders),
    AfterValidator(_said(_some)),
]
Keys = Annotated[tuple[Annotated[ApiKey, BeforeValidator(_said(_key))], ...], NoDecode, BeforeValidator(_split)]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_split)]
Hosts = Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_split)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split), AfterValidator(_every_one)]

HashFile = Annotated[Path, AfterValidator(_said(_hashes))]
Listening = Annotated[str, AfterValidator(_said(_listening))]
Port = Annotated[int, BeforeValidator(_port)]
Rate = Annotated[str, AfterValidator(_said(_rate))]
RedisUrl = Annotated[str, AfterValidator(_said(parse_redis_url))]
RootPath = Annotated[str, AfterValidator(_said(_path))]
