"""The service as an application of Ray Serve: `import_path: inkstream.cluster.application:build`."""

from collections.abc import Mapping
from typing import Any

from ray import serve

from app.settings import Settings, read_settings
from inkstream.cluster.replica import Replica

NAME = "Inkstream"  # of the deployment, for serve.yaml
OTHERS = 256  # requests beside WebSockets and drawings: the page, thumbnails, categories, health
CLOSING_SECONDS = 10.0  # after the grace time, for streams to say their ends


def build(said: dict[str, Any]) -> Any:  # noqa: ANN401 - Ray ships no types
    """The application for `serve deploy` and `serve run`.

    `said`: settings by their names, which go above the environment's; in serve.yaml they are `args`. Raises
    SettingsError, before anything is deployed.
    """
    options = options_for(read_settings(said))
    deployed = serve.deployment(serve.ingress()(Replica), name=NAME, **options)
    return deployed.bind(said)


def options_for(settings: Settings) -> Mapping[str, Any]:
    """What Serve has to know of a service with these settings; serve.yaml may say it anew."""
    return {
        # A WebSocket is one request for as long as it is open. The service refuses for itself, with 429 and a reason:
        # Serve must not do so before, or a few sockets would keep everybody else waiting without an answer.
        "max_ongoing_requests": settings.sockets_limit + settings.queue_limit + settings.batch_limit + OTHERS,
        "graceful_shutdown_wait_loop_s": 1.0,
        "graceful_shutdown_timeout_s": settings.grace + CLOSING_SECONDS,
        "health_check_period_s": 5.0,
        "health_check_timeout_s": 15.0,
    }
