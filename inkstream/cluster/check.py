"""Whether Ray Serve takes a file as it is meant: a key that it does not know at that place it ignores in silence."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from ray.runtime_env import RuntimeEnv
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from ray.serve.schema import ServeDeploySchema

from app.settings import PREFIX, Settings

OURS = "inkstream.cluster."  # applications whose arguments are settings
INNER: dict[str, type[BaseModel]] = {  # parts of a deployment that Ray's schema lets pass whatever they hold
    "autoscaling_config": AutoscalingConfig,
    "request_router_config": RequestRouterConfig,
}


def problems_of(text: str) -> list[str]:
    """A line for each thing that is wrong with a file for `serve deploy`, or in the `serveConfigV2` of a RayService."""
    try:
        given = yaml.safe_load(text)
        if isinstance(given, Mapping) and given.get("kind") == "RayService":
            given = yaml.safe_load(given["spec"]["serveConfigV2"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        return [f"not a file for Serve: {error}"]
    found = list(_refusals(ServeDeploySchema, given, ""))
    return found or [line for application in given["applications"] for line in _in_application(application)]


def _in_application(application: Mapping[str, Any]) -> Iterator[str]:
    where = f"applications.{application.get('name', 'default')}"
    environment = application.get("runtime_env", {})
    yield from _unknown(environment, RuntimeEnv.known_fields, f"{where}.runtime_env")
    if application["import_path"].startswith(OURS):
        yield from _unknown(application.get("args", {}), Settings.model_fields, f"{where}.args")
        settings = {name: value for name, value in environment.get("env_vars", {}).items() if name.startswith(PREFIX)}
        known = {PREFIX + name.upper() for name in Settings.model_fields}
        yield from _unknown(settings, known, f"{where}.runtime_env.env_vars")
    for deployment in application.get("deployments", []):
        for part, model in INNER.items():
            if deployment.get(part) is not None:
                yield from _refusals(model, deployment[part], f"{where}.{deployment['name']}.{part}")


def _refusals(model: type[BaseModel], given: object, where: str) -> Iterator[str]:
    """What a model of Ray refuses once it may not ignore anything."""
    try:
        model.model_validate(given, extra="forbid")
    except ValidationError as error:
        for problem in error.errors():
            yield f"{'.'.join([*filter(None, [where]), *map(str, problem['loc'])])}: {problem['msg']}"


def _unknown(given: Mapping[str, Any], known: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any kind of set
    return (f"{where}.{name}: no such key" for name in given if name not in known)
