"""The service behind Ray Serve on this machine: `python -m benchmarks.ray_server SETTINGS`, a JSON of settings.

Prints its port when it is ready, and ends when standard input does. Modes of Serve are environment variables.
"""

import json
import socket
import sys
from collections.abc import Sequence

import ray
from ray import serve

from inkstream.cluster.application import build

OBJECT_STORE = 200 * 2**20  # bytes: nothing of the service lies in it


def main(arguments: Sequence[str]) -> int:
    """Serve until standard input ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ray.init(num_cpus=2, object_store_memory=OBJECT_STORE, include_dashboard=False, log_to_driver=False)
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(build(json.loads(arguments[0])), name="inkstream", logging_config={"enable_access_log": False})
        print(port, flush=True)
        sys.stdin.read()
    finally:
        serve.shutdown()
        ray.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
