"""The files of deployment, without an engine: whatever they set exists."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

ROOT = Path(__file__).parents[2]
FILES = ["Dockerfile", "docker-compose.yml", "docker-compose.override.yml"]
MPS = "docker-compose.mps.yml"


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


def services(name: str = "docker-compose.yml") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text())["services"]
    return found


SERVING = [name for name, service in services().items() if "INKSTREAM_THREADS" in service.get("environment", {})]


def test_the_service_is_there_on_both_devices() -> None:
    """What the tests below say is said of each."""
    assert SERVING == ["app", "gpu"]


@pytest.mark.parametrize("name", SERVING)
def test_the_proxy_finds_it(name: str) -> None:
    """By the name that nginx asks for, on a network of both; and it believes what the proxy says of clients."""
    [asked] = re.findall(r"set \$apps (\S+);", (ROOT / "deploy/proxy/nginx.conf").read_text())
    service, proxy = services()[name], services()["proxy"]
    assert any(asked in service["networks"][network].get("aliases", ()) for network in proxy["networks"])
    assert service["environment"]["INKSTREAM_PROXIES"] == "*"


def test_the_proxy_asks_another_app_by_post_too() -> None:
    """Where one stops or has no room: no request changes anything, so each may be put again."""
    [tried] = re.findall(r"proxy_next_upstream (.+);", (ROOT / "deploy/proxy/nginx.conf").read_text())
    assert set(tried.split()) >= {"error", "timeout", "http_503", "http_429", "non_idempotent"}


@pytest.mark.parametrize("name", SERVING)
def test_there_can_be_several(name: str) -> None:
    """No port of the host is taken, and no name. Each has limits of its own, and they share Redis."""
    service = services()[name]
    assert not {"ports", "container_name", "hostname", "network_mode"} & set(service)
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert "redis" in service["depends_on"]
    assert services("docker-compose.override.yml")[name]["ports"]  # by which one alone is reached


def test_those_who_share_a_card_find_each_other() -> None:
    """NVIDIA's service is of one user, and is met in one folder and one space of shared memory."""
    server, client = services()["mps"], services(MPS)["gpu"]
    folder = server["environment"]["CUDA_MPS_PIPE_DIRECTORY"]
    assert client["environment"] == {"CUDA_MPS_PIPE_DIRECTORY": folder}
    assert server["volumes"] == client["volumes"] == [f"mps:{folder}"]
    assert (server["ipc"], client["ipc"]) == ("shareable", "service:mps")
    assert client["depends_on"]["mps"]["condition"] == "service_healthy"
    assert server["image"] == services()["gpu"]["image"]
    [user] = re.findall(r"^USER (\d+):", (ROOT / "Dockerfile").read_text(), re.M)
    options = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"]["mps"]["driver_opts"]
    assert f"uid={user}" in options["o"].split(",")


def commands() -> list[str]:
    """Commands of Compose that docs and files tell people."""
    texts = [(ROOT / name).read_text() for name in ("docs/operate.md", "docker-compose.yml", "CHANGELOG.md")]
    return sorted({found for text in texts for found in re.findall(r"docker compose -[^`#\n]*?(?=  +|`|\n)", text)})


def test_what_people_are_told_to_start_is_there() -> None:
    """Each profile and service of a command exists, and where ports are left out a proxy is started that has one."""
    known, told = services(), commands()
    assert any("gpu=4" in command for command in told)
    assert any(f"-f {MPS}" in command for command in told)
    profiles = {profile for service in known.values() for profile in service.get("profiles", ())}
    for command in told:
        assert set(re.findall(r"--profile (\S+)", command)) <= profiles, command
        assert set(re.findall(r"--scale (\w+)=", command)) <= set(known), command
        named = set(re.split(r" up (?:-d )?(?:--scale \S+ ?)?", command)[1].split())
        assert named <= set(known), command
        if "--scale" in command:
            assert "-f docker-compose.yml -" in command
            assert "--profile scaled" in command
            assert not named or "proxy" in named
