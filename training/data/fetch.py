"""One file from a web server to its place: resumed where it stopped, tried again, checked, put in place whole.

While it comes, a file lies beside its place as `.NAME.TAG.part`. TAG stands for the version that the server has, so
that a later run goes on with what has come, and never with the beginning of another version.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from training.errors import DownloadError

CHUNK = 1 << 16  # bytes between two looks at `stop`, and lost at most when a connection drops
TIMEOUT = urllib3.Timeout(connect=10, read=60)
REDIRECTS = urllib3.Retry(5, connect=0, read=0, status=0, other=0, respect_retry_after_header=False)  # the rest is ours
BUSY = {408, 425, 429, 500, 502, 503, 504}  # a later try may go better
LONGEST_WAIT = 60.0  # seconds between two tries, whatever the server asks for
AS_IT_IS = {"Accept-Encoding": "identity"}  # sizes are those of the file, not of a zipped answer

Progress = Callable[[int, int], None]  # called with the bytes that are there and the size of the whole


class _Hiccup(Exception):
    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after or 0.0  # seconds to wait at least, as the server wishes


@dataclass(frozen=True, slots=True)
class Version:
    """What the server has: its size in bytes, and a tag that changes when the content does."""

    size: int
    tag: str

    def part_of(self, place: Path) -> Path:
        """Where this version lies while it comes."""
        return place.with_name(f".{place.name}.{hashlib.sha256(self.tag.encode()).hexdigest()[:16]}.part")


class Fetcher:
    """Fetches files over `jobs` connections, trying each `tries` times. Setting `stop` ends it soon; parts are kept."""

    def __init__(self, *, tries: int = 8, first_wait: float = 0.5, jobs: int = 1) -> None:
        self.stop = Event()
        self._jobs = jobs
        self._pools: dict[str, urllib3.PoolManager] = {}  # by the proxy, "" being none
        backoff = wait_random_exponential(multiplier=first_wait, max=LONGEST_WAIT)
        self._retrying = Retrying(
            stop=stop_after_attempt(tries),
            wait=lambda state: max(backoff(state), min(_wished(state), LONGEST_WAIT)),
            retry=retry_if_exception_type((_Hiccup, HTTPError)),
            sleep=self._sleep,
            reraise=True,
        )

    def close(self) -> None:
        """Give the connections back."""
        for pool in self._pools.values():
            pool.clear()

    def fetch(self, url: str, place: Path, progress: Progress) -> bool:
        """Bring a file to its place; False when one of the right size was there. Raises DownloadError."""
        try:
            return self._retrying(self._try, url, place, progress)
        except (_Hiccup, HTTPError) as error:
            raise DownloadError(f"{url}: {error}; the same command goes on from here") from error
        except OSError as error:
            raise DownloadError(f"{place} cannot be written: {error.strerror or error}") from error

    def _try(self, url: str, place: Path, progress: Progress) -> bool:
        version = self._version(url)
        if place.exists() and place.stat().st_size == version.size:
            progress(version.size, version.size)
            return False
        part = version.part_of(place)
        for other in set(place.parent.glob(f".{place.name}.*.part")) - {part}:
            other.unlink()  # of a version that the server has no more
        if _size(part) > version.size:
            part.unlink()
        if not part.exists() or _size(part) < version.size:
            self._append(url, version, part, progress)
        if _size(part) != version.size:
            raise _Hiccup(f"{_size(part)} of {version.size} bytes came")
        part.replace(place)
        return True

    def _version(self, url: str) -> Version:
        with self._asked("HEAD", url, AS_IT_IS) as response:
            size = response.headers.get("Content-Length", "")
            if not size.isdecimal():
                raise DownloadError(f"{url}: the server does not say how large the file is")
            return Version(int(size), _tag(response))

    def _append(self, url: str, version: Version, part: Path, progress: Progress) -> None:
        """Ask for what is lacking of a part and write it as it comes."""
        there = _size(part)
        wanted = {"Range": f"bytes={there}-", "If-Range": version.tag} if there else {}
        with self._asked("GET", url, {**AS_IT_IS, **wanted}) as response:
            if _tag(response) != version.tag:
                raise _Hiccup("the file has just been changed")
            resumed = response.status == 206
            if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {there}-"):
                raise _Hiccup("the server went on at another place than it was asked to")
            there = there if resumed else 0
            with part.open("ab" if resumed else "wb") as file:
                progress(there, version.size)
                for piece in response.stream(CHUNK):
                    file.write(piece)
                    there += len(piece)
                    progress(there, version.size)
                    self._look_up()
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def _asked(self, method: str, url: str, headers: dict[str, str]) -> Iterator[BaseHTTPResponse]:
        """The answer, its body still to come. Raises _Hiccup when a later try may go better, else DownloadError."""
        self._look_up()
        response = self._pool(url).request(method, url, headers=headers, preload_content=False)
        try:
            if response.status in BUSY:
                raise _Hiccup(f"the server says {response.status}", REDIRECTS.get_retry_after(response))
            if response.status not in (200, 206):
                raise DownloadError(f"{url}: the server says {response.status} {response.reason or ''}".rstrip())
            yield response
        finally:
            response.close()  # what is left of the body would be read for nothing

    def _pool(self, url: str) -> urllib3.PoolManager:
        """The connections that lead to an address, by the proxy that the environment names for it."""
        proxy = _proxy_for(url)
        if proxy not in self._pools:
            self._pools[proxy] = _connections(proxy, self._jobs)
        return self._pools[proxy]

    def _sleep(self, seconds: float) -> None:
        self.stop.wait(seconds)
        self._look_up()

    def _look_up(self) -> None:
        if self.stop.is_set():
            raise DownloadError("stopped")


def _proxy_for(url: str) -> str:
    """The proxy that `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY` names for an address; none where `NO_PROXY` has it."""
    address, proxies = urlsplit(url), getproxies()
    if not address.hostname or proxy_bypass(address.netloc):
        return ""
    proxy = proxies.get(address.scheme) or proxies.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _connections(proxy: str, jobs: int) -> urllib3.PoolManager:
    if not proxy:
        return urllib3.PoolManager(maxsize=jobs, timeout=TIMEOUT, retries=REDIRECTS)
    place = urlsplit(proxy)
    name, word = (unquote(part) if part is not None else "" for part in (place.username, place.password))
    headers = urllib3.make_headers(proxy_basic_auth=f"{name}:{word}") if name else None
    shown = f"{place.scheme}://{place.hostname}:{place.port}" if name else proxy  # no password in a message
    try:
        return urllib3.ProxyManager(
            place._replace(netloc=place.netloc.rpartition("@")[2]).geturl(),
            maxsize=jobs,
            timeout=TIMEOUT,
            retries=REDIRECTS,
            proxy_headers=headers,
        )
    except (HTTPError, ValueError) as error:
        raise DownloadError(f"the proxy {shown} cannot be used: only http:// and https:// are known") from error


def _wished(state: RetryCallState) -> float:
    """Seconds that the server asked to wait."""
    error = state.outcome.exception() if state.outcome else None
    return error.after if isinstance(error, _Hiccup) else 0.0


def _tag(response: BaseHTTPResponse) -> str:
    return response.headers.get("ETag") or response.headers.get("Last-Modified") or ""


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
