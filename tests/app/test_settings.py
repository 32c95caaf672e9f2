import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.errors import SettingsError
from app.middleware.api_keys import parse_key
from app.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INKSTREAM_CHECKPOINTS", str(tmp_path))
    monkeypatch.delenv("PORT", raising=False)


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """INKSTREAM_ and the name in capitals sets a setting; origins are separated by commas."""
    (tmp_path / "trusted").write_text("a" * 64)
    given = {
        "CHECKPOINTS": f"{tmp_path}, {tmp_path.parent}",
        "WRITABLE_CHECKPOINTS": "refuse",
        "TRUSTED_HASHES": str(tmp_path / "trusted"),
        "HOST": "0.0.0.0",  # noqa: S104 - nothing listens
        "PORT": "8123",
        "DEVICE": "cpu",
        "THREADS": "3",
        "BATCH_LIMIT": "9",
        "QUEUE_LIMIT": "5",
        "MAX_POINTS": "99",
        "MAX_COUNT": "12",
        "RATE_LIMIT": "600/minute",
        "CLIENT_SHARE": "0.5",
        "API_KEYS": f"ann:{'a' * 16}, bob:{'b' * 16}",
        "KEY_RATE_LIMIT": "5/second",
        "REDIS_URL": "redis://127.0.0.1:6390/1",
        "POOL_SIZE": "32",
        "POOL_LIMIT": "16",
        "POOL_BUDGET": "8",
        "POOL_IDLE": "90",
        "MEMORY_BUDGET": "64",
        "PRELOAD": "3",
        "DEADLINE": "2.5",
        "GRACE": "4.5",
        "CONNECTIONS_LIMIT": "9",
        "SOCKETS_LIMIT": "8",
        "IDLE_TIMEOUT": "6",
        "SEND_TIMEOUT": "7",
        "MAX_MESSAGE": "2048",
        "ORIGINS": "https://a.example, https://b.example",
        "HOSTS": "ink.example, draw.example",
        "ROOT_PATH": "/ink/",
        "PROXIES": "10.0.0.0/8,::1",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"INKSTREAM_{name}", value)
    assert set(given) == {name.upper() for name in Settings.model_fields}
    assert dict(read_settings()) == {
        "checkpoints": (tmp_path, tmp_path.parent),
        "writable_checkpoints": "refuse",
        "trusted_hashes": tmp_path / "trusted",
        "host": "0.0.0.0",  # noqa: S104
        "port": 8123,
        "device": "cpu",
        "threads": 3,
        "batch_limit": 9,
        "queue_limit": 5,
        "max_points": 99,
        "max_count": 12,
        "rate_limit": "600/minute",
        "client_share": 0.5,
        "api_keys": (parse_key(f"ann:{'a' * 16}"), parse_key(f"bob:{'b' * 16}")),
        "key_rate_limit": "5/second",
        "redis_url": "redis://127.0.0.1:6390/1",
        "pool_size": 32,
        "pool_limit": 16,
        "pool_budget": 8,
        "pool_idle": 90,
        "memory_budget": 64,
        "preload": 3,
        "deadline": 2.5,
        "grace": 4.5,
        "connections_limit": 9,
        "sockets_limit": 8,
        "idle_timeout": 6,
        "send_timeout": 7,
        "max_message": 2048,
        "origins": ("https://a.example", "https://b.example"),
        "hosts": ("ink.example", "draw.example"),
        "root_path": "/ink",
        "proxies": ("10.0.0.0/8", "::1/128"),
        "log_level": "debug",
        "log_format": "json",
    }


def test_port_overrides_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """PORT, which hosting platforms set, wins over INKSTREAM_PORT."""
    monkeypatch.setenv("INKSTREAM_PORT", "8001")
    monkeypatch.setenv("PORT", "8002")
    assert read_settings().port == 8002


@pytest.mark.parametrize("port", ["", " ", "tcp://10.0.0.1:80"])
def test_a_port_that_is_left_open_overrides_nothing(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """`PORT=` of a file that leaves it open, and what a cluster may say."""
    monkeypatch.setenv("PORT", port)
    assert read_settings().port == 8000
    monkeypatch.setenv("INKSTREAM_PORT", "8001")
    assert read_settings().port == 8001
    assert read_settings({"port": 8002}).port == 8002


def test_checkpoints_are_found_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of the folder where it is started come first; elsewhere it takes those of the package."""
    monkeypatch.delenv("INKSTREAM_CHECKPOINTS")
    monkeypatch.chdir(tmp_path)
    [packaged] = read_settings().checkpoints
    assert (packaged / "quickdraw/model.pt").is_file()
    (tmp_path / "checkpoints").mkdir()
    assert read_settings().checkpoints == (Path("checkpoints"),)


def test_what_is_said_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And is checked as that is; the rest stays as the environment has it."""
    monkeypatch.setenv("PORT", "8001")
    monkeypatch.setenv("INKSTREAM_HOST", "10.0.0.1")
    monkeypatch.setenv("INKSTREAM_API_KEYS", f"ann:{'a' * 16}")
    settings = read_settings({"port": 8002})
    assert settings.api_keys == (parse_key(f"ann:{'a' * 16}"),)
    assert (settings.port, settings.host, settings.checkpoints) == (8002, "10.0.0.1", (tmp_path,))
    with pytest.raises(SettingsError, match="INKSTREAM_PORT"):
        read_settings({"port": -1})


def test_one_core_stays_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding takes all cores but one, and at least one."""
    for cores, threads in ((8, 7), (2, 1), (1, 1)):
        monkeypatch.setattr("app.settings.cpus", lambda cores=cores: cores)
        assert read_settings().threads == threads


WRONG = {
    "INKSTREAM_CHECKPOINTS=/nowhere": "INKSTREAM_CHECKPOINTS: /nowhere is not a folder$",
    "INKSTREAM_CHECKPOINTS=,": "INKSTREAM_CHECKPOINTS: Should name a folder$",
    "INKSTREAM_CHECKPOINTS=.,/nowhere": "INKSTREAM_CHECKPOINTS: /nowhere is not a folder",
    "INKSTREAM_TRUSTED_HASHES=/nowhere": "INKSTREAM_TRUSTED_HASHES: .*No such file",
    "INKSTREAM_TRUSTED_HASHES=": "INKSTREAM_TRUSTED_HASHES: Should name a file",
    f"INKSTREAM_TRUSTED_HASHES={__file__}": "INKSTREAM_TRUSTED_HASHES: line 1 of ",
    "INKSTREAM_THREADS=0": "INKSTREAM_THREADS: ",
    "INKSTREAM_DEADLINE=nan": "INKSTREAM_DEADLINE: ",
    "INKSTREAM_POOL_IDLE=inf": "INKSTREAM_POOL_IDLE: ",
    "INKSTREAM_DEVICE=tpu": "INKSTREAM_DEVICE: ",
    "INKSTREAM_PROXIES=10.0.0.1/8": "INKSTREAM_PROXIES: Should be addresses",
    "INKSTREAM_ROOT_PATH=ink": "INKSTREAM_ROOT_PATH: Should be like /ink",
    "INKSTREAM_ROOT_PATH=/../ink": "INKSTREAM_ROOT_PATH: Should be like /ink",
    "INKSTREAM_ROOT_PATH=//evil.test": "INKSTREAM_ROOT_PATH: Should be like /ink",
    "INKSTREAM_RATE_LIMIT=often": "INKSTREAM_RATE_LIMIT: Should be like",
    "INKSTREAM_RATE_LIMIT=600/minute;5/second": "INKSTREAM_RATE_LIMIT: .*more than one rate",
    "INKSTREAM_KEY_RATE_LIMIT=0/minute": "INKSTREAM_KEY_RATE_LIMIT: .*lets nobody draw",
    "INKSTREAM_ORIGINS=https://a.example,b.example": "INKSTREAM_ORIGINS: Should be like https://your.page",
    "INKSTREAM_HOSTS=https://ink.example": "INKSTREAM_HOSTS: Should be names such as ink.example",
    "INKSTREAM_REDIS_URL=localhost:6379": "INKSTREAM_REDIS_URL: Should be like redis://",
    "INKSTREAM_RATE_LIMIT=600/minute;10/second": "INKSTREAM_RATE_LIMIT: Should be like",
    "INKSTREAM_REDIS_URL=redis:6379": "INKSTREAM_REDIS_URL: Should be like redis://",
    "INKSTREAM_ORIGINS=your.page": "INKSTREAM_ORIGINS: Should be like https://your.page",
    "INKSTREAM_ORIGINS=https://a.test https://b.test": "INKSTREAM_ORIGINS: Should be like",
    "INKSTREAM_ORIGINS=https://*.a.test": "INKSTREAM_ORIGINS: Should be like",
    "INKSTREAM_ORIGINS=https://a.test/page": "INKSTREAM_ORIGINS: Should be like",
    "INKSTREAM_ORIGINS=https://a.test:99999": "INKSTREAM_ORIGINS: ",
    "INKSTREAM_HOSTS=https://ink.test": "INKSTREAM_HOSTS: Should be names such as ink.example",
    "INKSTREAM_HOSTS=*.ink.test": "INKSTREAM_HOSTS: Should be names",
    'INKSTREAM_HOSTS="ink.test"': "INKSTREAM_HOSTS: Should be names",
    'INKSTREAM_HOST="0.0.0.0"': "INKSTREAM_HOST: Should be an address",
    "INKSTREAM_HOST=0.0.0.0:8000": "INKSTREAM_HOST: Should be an address",
    "INKSTREAM_REDIS_URL=redis://host?ssl_cert_reqs=none": "INKSTREAM_REDIS_URL: Options of TLS are for rediss://",
    "PORT=http": "PORT: ",
    "INKSTREAM_PORT=http": "INKSTREAM_PORT: ",
    "INKSTREAM_PORT=99999": "INKSTREAM_PORT: ",
    "INKSTREAM_SERVICE_PORT=9000": "INKSTREAM_SERVICE_PORT: no such setting",
    "INKSTREAM_TREADS=2": "INKSTREAM_TREADS: no such setting",
}


@pytest.mark.parametrize("given", WRONG)
def test_wrong_variables_are_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """A value that is no good, and a variable that is no setting, are errors that name the variable."""
    monkeypatch.setenv(*given.split("=", 1))
    with pytest.raises(SettingsError, match="^" + WRONG[given]):
        read_settings()


SPELT = {
    "INKSTREAM_ORIGINS=HTTPS://Your.Page/,https://b.test:443": ("https://your.page", "https://b.test"),
    "INKSTREAM_ORIGINS=http://[::1]:3000,app://x,null": ("http://[::1]:3000", "app://x", "null"),
    "INKSTREAM_HOSTS=Ink.Test.,draw.test:8443": ("ink.test", "draw.test"),
    "INKSTREAM_PROXIES=10.0.0.1,*": ("*",),
    "INKSTREAM_HOST= [::] ": "::",
    "INKSTREAM_LOG_LEVEL=INFO": "info",
    "INKSTREAM_DEVICE=CPU ": "cpu",
}


@pytest.mark.parametrize("given", SPELT)
def test_spellings_of_one_value_are_one(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """An origin, a name or an address is compared with what browsers and proxies send, however it was written."""
    name, value = given.split("=", 1)
    monkeypatch.setenv(name, value)
    assert getattr(read_settings(), name.removeprefix("INKSTREAM_").lower()) == SPELT[given]


@pytest.mark.parametrize("service", ["INKSTREAM", "INKSTREAM_REDIS", "INKSTREAM_WEB_2"])
@pytest.mark.parametrize("scheme", ["tcp", "udp"])
def test_links_to_services_of_a_cluster_are_no_settings(
    monkeypatch: pytest.MonkeyPatch, service: str, scheme: str
) -> None:
    """Kubernetes tells of a Service named inkstream, or inkstream-redis: the service starts, on its own port."""
    kind = scheme.upper()
    for name, value in {
        "SERVICE_HOST": "10.0.0.1",
        "SERVICE_PORT": "8080",
        "SERVICE_PORT_HTTP": "8080",
        "PORT": f"{scheme}://10.0.0.1:8080",
        f"PORT_8080_{kind}": f"{scheme}://10.0.0.1:8080",
        f"PORT_8080_{kind}_PROTO": scheme,
        f"PORT_8080_{kind}_PORT": "8080",
        f"PORT_8080_{kind}_ADDR": "10.0.0.1",
        f"PORT_8080_{kind}_PORT_END": "8090",
        "NAME": "/app/inkstream",
        "ENV_LANG": "C",
    }.items():
        monkeypatch.setenv(f"{service}_{name}", value)
    assert read_settings().port == 8000
    monkeypatch.setenv("PORT", "8002")
    assert read_settings().port == 8002
    monkeypatch.setenv(f"{service}_PORT_SPEED", "9")
    with pytest.raises(SettingsError, match=f"^{service}_PORT_SPEED: no such setting$"):
        read_settings()


def test_a_port_in_the_place_of_a_link_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names our port in a cluster with a Service named inkstream need not turn its other variables off."""
    monkeypatch.setenv("INKSTREAM_PORT", "9000")
    monkeypatch.setenv("INKSTREAM_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("INKSTREAM_PORT_8000_TCP", "tcp://10.0.0.1:8000")
    assert read_settings().port == 9000


def test_folders_that_may_not_be_read_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rather than served as if they were empty, or a traceback where a folder above is shut."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    for is_dir in (lambda _: True, _shut):
        monkeypatch.setattr(Path, "is_dir", is_dir)
        with pytest.raises(SettingsError, match=f"^INKSTREAM_CHECKPOINTS: {tmp_path} cannot be read by this user$"):
            read_settings()


def _shut(_path: Path) -> bool:
    raise PermissionError


def test_settings_are_frozen_and_refuse_others(tmp_path: Path) -> None:
    """Settings cannot be changed, and an argument that is none of them is an error."""
    settings = Settings(checkpoints=tmp_path)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings(checkpoints=tmp_path, colour="red")  # type: ignore[call-arg]


def test_nothing_else_reads_the_environment() -> None:
    """Whatever can be configured is a setting."""
    folder = Path(__file__).parents[2] / "app"
    files = [path for path in folder.rglob("*.py") if re.search(r"environ|getenv", path.read_text())]
    readers = {str(path.relative_to(folder)) for path in files}
    assert readers - {"__main__.py"} == {"settings/__init__.py"}  # __main__ speaks of it only
    assert "os." not in (folder / "__main__.py").read_text()
