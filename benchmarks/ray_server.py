"""The service behind Ray Serve on this machine: `python -m benchmarks.ray_server SETTINGS`, a JSON of settings.

Prints its port when it is ready, and ends when standard input does. Modes of Serve are environment variables.
"""

import json
import socket
import sys
from collections.abc import Sequence

import ray
from ray import serve
from tenacity import retry, stop_after_attempt

from inkstream.cluster.application import build

OBJECT_STORE = 200 * 2**20  # bytes: nothing of the service lies in it
TRIES = 3


def main(arguments: Sequence[str]) -> int:
    """Serve until standard input ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    start_ray()
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(build(json.loads(arguments[0])), name="inkstream", logging_config={"enable_access_log": False})
        print(port, flush=True)
        sys.stdin.read()
    finally:
        serve.shutdown()
        ray.shutdown()
    return 0


@retry(stop=stop_after_attempt(TRIES), reraise=True)
def start_ray() -> None:
    """Anew where it did not start in the time that it gives itself, on a machine that is busy."""
    ray.shutdown()
    ray.init(num_cpus=2, object_store_memory=OBJECT_STORE, include_dashboard=False, log_to_driver=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
