"""The files of deployment, without an engine: whatever they set exists."""

import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[2]
FILES = ["Dockerfile", "docker-compose.yml", "docker-compose.override.yml"]


def test_only_settings_are_set() -> None:
    """Each INKSTREAM_ variable of a file is a setting; a slip would end the start of every container."""
    settings = {f"INKSTREAM_{name.upper()}" for name in Settings.model_fields}
    for name in FILES:
        used = set(re.findall(r"INKSTREAM_\w+", (ROOT / name).read_text()))
        assert used <= settings, name
        assert used


def test_the_image_gets_what_it_copies() -> None:
    """Whatever Dockerfile copies from the sources is let through by .dockerignore, and is there."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    copied = {word for line in lines for word in line.split()}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_nothing_is_of_any_version() -> None:
    """No image is of whatever version happens to be the latest."""
    for path in [*(ROOT / name for name in FILES), ROOT / "deploy/proxy/Dockerfile"]:
        for image in re.findall(r"\b(?:python|redis|nginx)(?::\S+)?-(?:slim|alpine)\b", path.read_text()):
            assert re.search(r":\d", image), (path.name, image)
        assert ":latest" not in path.read_text()
