"""What people hand to Ray and to Kubernetes is what these take, to the last key."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.cluster.kuberay import RAY_SERVICE

yaml = pytest.importorskip("yaml")
pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")
kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="see pyproject.toml: ./scripts/test --cluster")
jsonschema = pytest.importorskip("jsonschema")

from inkstream.cluster import __main__ as command  # noqa: E402 - where Ray is
from inkstream.cluster.application import CLOSING_SECONDS, NAME  # noqa: E402
from inkstream.cluster.check import problems_of  # noqa: E402

ROOT = Path(__file__).parents[2]
SERVE = ROOT / "deploy/ray/serve.yaml"
PLAIN = ROOT / "deploy/kubernetes/inkstream.yaml"
RAY = ROOT / "deploy/kubernetes/rayservice.yaml"
KUBERNETES = "1.30"


def ray_service() -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(RAY.read_text())
    return manifest


def pods() -> list[dict[str, Any]]:
    """The templates of the pods of the RayService."""
    cluster = ray_service()["spec"]["rayClusterConfig"]
    return [group["template"] for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"])]


def test_serve_takes_every_key() -> None:
    """By Ray's own schema, which refuses here what it would ignore; the command says nothing, and ends with 0."""
    assert problems_of(SERVE.read_text()) == []
    assert problems_of(RAY.read_text()) == []
    assert command.main([str(SERVE), str(RAY)]) == 0


@pytest.mark.parametrize(
    ("line", "slip", "complaint"),
    [
        (
            "target_ongoing_requests: 64",
            "target_num_ongoing: 64",
            f"inkstream.{NAME}.autoscaling_config.target_num_ongoing",
        ),
        ("    route_prefix: /", "    max_ongoing_requests: 9", "applications.0.max_ongoing_requests"),
        ("num_cpus: 2", "num_cpu: 2", "applications.0.deployments.0.ray_actor_options.num_cpu"),
        ("  port: 8000", "  prot: 8000", "http_options.prot"),
        ("proxy_location: EveryNode", "proxy_place: EveryNode", "proxy_place"),
        ("grace: 30", "graze: 30", "applications.inkstream.args.graze"),
        ("env_vars:", "env_var:", "applications.inkstream.runtime_env.env_var"),
        (
            'OMP_NUM_THREADS: "1"',
            'INKSTREAM_TREADS: "1"',
            "applications.inkstream.runtime_env.env_vars.INKSTREAM_TREADS",
        ),
        ("max_replicas: 10", "max_replicas: 1", f"inkstream.{NAME}.autoscaling_config"),
        ("applications:", "applications: [", "not a file for Serve"),
    ],
)
def test_a_slip_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, slip: str, complaint: str
) -> None:
    """A key that is unknown, misplaced or misspelt is said with its place, and the command ends with 1."""
    text = SERVE.read_text()
    assert line in text
    (tmp_path / "wrong.yaml").write_text(text.replace(line, slip))
    assert command.main([str(tmp_path / "wrong.yaml")]) == 1
    assert complaint in capsys.readouterr().err


def test_the_cluster_ends_no_request() -> None:
    """`request_timeout_s` would end each WebSocket and each live drawing: the service has a deadline of its own."""
    config = yaml.safe_load(SERVE.read_text())
    assert "request_timeout_s" not in config["http_options"]
    assert config["http_options"]["keep_alive_timeout_s"] > 60


def test_both_ways_to_ray_are_one() -> None:
    """What the RayService deploys is deploy/ray/serve.yaml."""
    assert yaml.safe_load(ray_service()["spec"]["serveConfigV2"]) == yaml.safe_load(SERVE.read_text())


def test_kuberay_takes_every_key() -> None:
    """By the keys of its custom resource definition, and those of Kubernetes below; a slip in either is refused."""
    jsonschema.validate(ray_service(), RAY_SERVICE)
    for pod in pods():
        check_pod(pod)
    wrong = ray_service()
    wrong["spec"]["rayClusterConfig"]["workerGroupSpecs"][0]["maxReplica"] = 3
    with pytest.raises(jsonschema.ValidationError, match="maxReplica"):
        jsonschema.validate(wrong, RAY_SERVICE)
    [_, pod] = pods()
    pod["spec"]["containers"][0]["resource"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="resource"):
        check_pod(pod)


def check_pod(template: dict[str, Any]) -> None:
    """A pod's template by Kubernetes' own schema. Raises ValidationError."""
    manifest = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "any"}, "template": template}
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_kubernetes_takes_every_key() -> None:
    """Each document of the plain manifest, by its kind's own schema; a slip is refused."""
    manifests = list(yaml.safe_load_all(PLAIN.read_text()))
    assert [each["kind"] for each in manifests] == [
        "Deployment",
        "Service",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
    ]
    for each in manifests:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)
    manifests[0]["spec"]["template"]["spec"]["terminationGracePeriod"] = 3
    with pytest.raises(kubernetes_validate.ValidationError, match="terminationGracePeriod"):
        kubernetes_validate.validate(manifests[0], KUBERNETES, strict=True)


def test_a_pod_is_given_the_time_that_it_takes_to_stop() -> None:
    """Kubernetes kills none before the service's own time is over, and it asks the service whether it draws."""
    deployment, *_ = yaml.safe_load_all(PLAIN.read_text())
    pod = deployment["spec"]["template"]["spec"]
    [container] = pod["containers"]
    said = {each["name"]: each.get("value") for each in container["env"]}
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] >= waits + float(said["INKSTREAM_GRACE"]) + 2 + 5
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert int(said["INKSTREAM_THREADS"]) == int(container["resources"]["requests"]["cpu"]) - 1

    config = yaml.safe_load(SERVE.read_text())
    [_, worker] = pods()
    grace = config["applications"][0]["args"]["grace"]
    assert worker["spec"]["terminationGracePeriodSeconds"] >= grace + CLOSING_SECONDS


def test_only_settings_are_set() -> None:
    """Each INKSTREAM_ variable is a setting, in manifests and in the image for Ray; no image is of any version."""
    settings = {f"INKSTREAM_{name.upper()}" for name in Settings.model_fields}
    for path in (SERVE, PLAIN, RAY, ROOT / "deploy/ray/Dockerfile"):
        text = path.read_text()
        assert set(re.findall(r"INKSTREAM_\w+", text)) <= settings
        assert ":latest" not in text
