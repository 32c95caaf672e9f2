"""Which network draws a category, and what becomes of one that cannot."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.application import create_app
from tests.app.tiny import (
    client_of,
    damage,
    serving,
    settings_for,
    subject_card,
    until,
    write_checkpoint,
    write_network,
)


def test_a_network_that_cannot_be_loaded_takes_nobody_with_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its card and file agree, but the file is no archive: it is 503, the log names it, and all others are served."""
    damage(write_checkpoint(tmp_path, "ant"))  # loaded first
    write_checkpoint(tmp_path, "cat")
    damage(write_network(tmp_path, "zoo", "zoo2", [subject_card("dog"), subject_card("bee")]))
    with client_of(tmp_path, preload=9) as client:
        assert client.get("/readyz").json() == {"status": "ready", "categories": 4}
        listed = [entry["slug"] for entry in client.get("/categories").json()["categories"]]
        assert listed == ["ant", "bee", "cat", "dog"]
        assert client.get("/draw/cat").status_code == 200
        for name in ("ant", "bee", "dog"):
            answer = client.get(f"/draw/{name}")
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:unloadable")
            assert int(answer.headers["retry-after"]) > 0
            assert client.get(f"/categories/{name}").status_code == 200
        assert client.get("/draw/cat").status_code == 200
    for name in ("ant", "zoo"):
        assert f"checkpoint {name} cannot be loaded: {tmp_path / name / 'model.pt'} is not a TorchScript" in caplog.text


def test_a_service_without_any_network_that_can_be_loaded_is_not_ready(tmp_path: Path) -> None:
    """Whoever sends it requests has to know that it can draw nothing."""
    damage(write_checkpoint(tmp_path, "cat"))
    with serving(create_app(settings_for(tmp_path)), ready=False) as client:
        until(lambda: "No checkpoint could be loaded" in client.get("/readyz").text)
        assert client.get("/draw/cat").json()["type"] == "urn:inkstream:problem:not-ready"


def test_a_file_that_is_gone_after_the_start_is_503(tmp_path: Path) -> None:
    """The others draw meanwhile, and once it is back it draws too."""
    model = write_checkpoint(tmp_path, "cat") / "model.pt"
    write_checkpoint(tmp_path, "owl")
    with client_of(tmp_path, preload=0) as client:
        content = model.read_bytes()
        model.unlink()
        assert client.get("/draw/cat").json()["type"] == "urn:inkstream:problem:unloadable"
        assert client.get("/draw/owl").status_code == 200
        assert client.get("/readyz").status_code == 200
        model.write_bytes(content)
        assert client.get("/draw/cat").status_code == 200


def test_networks_draw_by_default_and_by_name(zoo: TestClient) -> None:
    """The default of each category, and any of its systems by `?system=`; another system draws another drawing."""
    path = "/draw/cat?seed=7&format=json&temp_xy=0.4"
    default, same, other = (zoo.get(f"{path}{system}") for system in ("", "&system=gmm16_3", "&system=animals5"))
    assert default.content == same.content != other.content
    answer = zoo.get("/draw/bee?system=gmm16_3")
    assert (answer.status_code, answer.json()["systems"]) == (404, ["animals5"])


def test_a_category_without_a_default_is_drawn_by_name_only(tmp_path: Path) -> None:
    """404 says which systems draw it; it is in the list, and no surprise."""
    write_checkpoint(tmp_path, "cat", system="gmm16_1", folder="cat@gmm16_1")
    with client_of(tmp_path) as client:
        answer = client.get("/draw/cat")
        assert (answer.status_code, answer.json()["systems"]) == (404, ["gmm16_1"])
        assert client.get("/draw/cat?system=gmm16_1").status_code == 200
        assert client.get("/categories").json()["categories"][0]["default"] is None
        assert client.get("/draw/surprise").status_code == 404
        assert client.get("/draw/surprise?system=gmm16_1").status_code == 200
