"""A web server that serves files badly: it drops connections, sends too little, is busy, forgets what it was asked."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Flaky:
    """What is served under each path, and what goes wrong, a word for each GET; none, when they are used up.

    "busy" 503; "drop" the connection breaks half way; "short" half the body, by an honest length; "whole" all of it,
    though a part was asked for; "elsewhere" another part than was asked for; "new" another version; "later" 429 with a
    wish to wait.
    """

    files: dict[str, bytes]
    faults: list[str] = field(default_factory=list)
    head_faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)  # method, path, range
    proxy_users: set[str] = field(default_factory=set)  # name:password, of those who took it for a proxy
    tag: str = '"1"'
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, method: str) -> str:
        with self.lock:
            faults = self.head_faults if method == "HEAD" else self.faults
            return faults.pop(0) if faults else ""

    @contextmanager
    def serving(self) -> Iterator["Flaky"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"flaky": self}))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    flaky: Flaky
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        flaky, wanted = self.flaky, self.headers.get("Range")
        flaky.asked.append((self.command, self.path, wanted))
        if proxied := self.headers.get("Proxy-Authorization"):
            flaky.proxy_users.add(base64.b64decode(proxied.removeprefix("Basic ")).decode())
        fault = flaky.fault(self.command)
        content = flaky.files.get(self.path)
        if content is None:
            self._send(404)
        elif fault in ("busy", "later"):
            wish = {"Retry-After": "1"} if fault == "later" else {}
            self._head(503 if fault == "busy" else 429, **{"Content-Length": "0"}, **wish)
        elif fault == "unsized":
            self.close_connection = True
            self._head(200)
        else:
            self._send_file(content, wanted, fault)

    def _send_file(self, content: bytes, wanted: str | None, fault: str) -> None:
        tag = '"another"' if fault == "new" else self.flaky.tag
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if not wanted or fault == "whole" or self.headers.get("If-Range") != tag:
            body, status, extra = content, 200, {}
        else:
            named = start + 1 if fault == "elsewhere" else start
            body, status = content[start:], 206
            extra = {"Content-Range": f"bytes {named}-{len(content) - 1}/{len(content)}"}
        if fault == "short":
            body = body[: len(body) // 2]
        self._send(status, body, cut=fault == "drop", ETag=tag, **extra)

    def _send(self, status: int, body: bytes = b"", *, cut: bool = False, **headers: str) -> None:
        self._head(status, **{"Content-Length": str(len(body)), **headers})
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
