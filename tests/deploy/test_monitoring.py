"""Alerts and dashboard ask for metrics that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.engine.metrics import Metrics

ROOT = Path(__file__).parents[2]
ALERTS, DASHBOARD = ROOT / "deploy/alerts.yml", ROOT / "deploy/grafana.json"
METRIC = re.compile(r"\b(?:inkstream|process)_\w+")


def exported() -> set[str]:
    """Names of the samples that a service has."""
    samples = {sample.name for metric in Metrics().registry.collect() for sample in metric.samples}
    families = {metric.name: metric.type for metric in Metrics().registry.collect()}
    for name, kind in families.items():
        samples |= {f"{name}{end}" for end in {"histogram": ("_bucket",), "counter": ("_total",)}.get(kind, ("",))}
    return samples


@pytest.mark.parametrize("path", [ALERTS, DASHBOARD], ids=lambda path: path.name)
def test_every_metric_exists(path: Path) -> None:
    """A name that the service does not export would never fire, or show an empty panel."""
    used = set(METRIC.findall(path.read_text()))
    assert used
    assert used <= exported()


def test_the_dashboard_leaves_nothing_out() -> None:
    """Every metric of ours has a panel."""
    shown = set(METRIC.findall(DASHBOARD.read_text()))
    ours = {metric.name for metric in Metrics().registry.collect() if metric.name.startswith("inkstream_")}
    assert ours <= {re.sub(r"_(total|bucket)$", "", name) for name in shown}


def test_panels_do_not_overlap() -> None:
    """Each has a place, a title and a question of its own."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert (
        len(places)
        == len({panel["id"] for panel in panels})
        == len({panel["title"] for panel in panels})
        == len(panels)
    )
    assert all(target["expr"] for panel in panels for target in panel["targets"])


def test_every_alert_is_explained() -> None:
    """docs/operate.md has a row for each, and no row is left over."""
    alerts = re.findall(r"alert: (\w+)", ALERTS.read_text())
    rows = re.findall(r"^\| `(Inkstream\w+)` \|", (ROOT / "docs/operate.md").read_text(), re.M)
    assert rows == alerts


needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")


@needs_promtool
def test_prometheus_takes_the_alerts() -> None:
    """Its own checker finds nothing wrong with them."""
    run = subprocess.run(
        ["promtool", "check", "rules", ALERTS], check=False, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr


@needs_promtool
def test_alerts_come_when_they_should(tmp_path: Path) -> None:
    """And not otherwise: alert_cases.yml says of which counters each comes."""
    for file in (ALERTS, Path(__file__).with_name("alert_cases.yml")):
        shutil.copy(file, tmp_path)
    cases = tmp_path / "alert_cases.yml"
    run = subprocess.run(["promtool", "test", "rules", cases], check=False, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
