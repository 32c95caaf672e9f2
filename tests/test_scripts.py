"""The commands that a person and CI both run: what they install, when, and what they say when they cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "scripts").iterdir())

# Stands in for Python: notes what it is asked, makes a .venv with itself inside, and "installs" in no time.
STUB = """#!/usr/bin/env bash
echo "$*" >>calls
case "$*" in
  "-m venv --clear .venv") rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip "*) exit "${PIP_STATUS:-0}" ;;
  "-c "*nvrtc*) exit "${LACKS_NVRTC:-0}" ;;
  "-m pip_audit "*) eval "${AUDIT:-}" ;;
  "-m pytest "*) eval "${TESTS:-}" ;;
esac
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the scripts read, with a stub for Python."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    _executable(tmp_path / "stub", STUB)
    return tmp_path


def _executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _run(tree: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHON": "./stub"} | environment
    return subprocess.run(
        command, check=False, cwd=tree, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def _installs(tree: Path) -> list[str]:
    """The calls since the last look that made a .venv or installed into it."""
    calls = tree / "calls"
    lines = calls.read_text().splitlines() if calls.exists() else []
    calls.unlink(missing_ok=True)
    return [line for line in lines if line.startswith("-m")]


@pytest.mark.parametrize("script", [*SCRIPTS, ROOT / ".ci/run"], ids=lambda path: path.name)
def test_scripts_run(script: Path) -> None:
    """Each is executable, stops at the first error, and bash can read it."""
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_windows_line_ends_are_named(tmp_path: Path, script: Path) -> None:
    """Where bash reads a script with them at all, one line says what to do, and nothing is run."""
    copy = tmp_path / "scripts" / script.name
    copy.parent.mkdir()
    copy.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    run = subprocess.run(["bash", copy], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr == f"{copy} has Windows line ends: git config core.autocrlf input && git checkout .\n"
    assert list(tmp_path.iterdir()) == [copy.parent]


def test_a_clone_on_windows_has_our_line_ends(tmp_path: Path) -> None:
    """Whatever core.autocrlf says there, text has the ends that bash in WSL can read, and models stay whole."""
    sources, clone = tmp_path / "sources", tmp_path / "clone"
    shutil.copytree(ROOT / "scripts", sources / "scripts")
    for name in (".gitattributes", "Dockerfile", "README.md", "checkpoints/cat/model.pt"):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, sources / name)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all"],
        ["-c", "core.autocrlf=true", "clone", "-q", str(sources), str(clone)],
    ):
        subprocess.run(["git", *command], check=True, cwd=sources)
    for path in (path for path in sources.rglob("*") if path.is_file() and ".git" not in path.parts):
        assert (clone / path.relative_to(sources)).read_bytes() == path.read_bytes()


def test_a_first_install_makes_the_environment_and_a_second_does_nothing(tree: Path) -> None:
    """A second start takes no time."""
    first = _run(tree, "scripts/install")
    assert first.returncode == 0, first.stderr
    made, installed = _installs(tree)
    assert made == "-m venv --clear .venv"
    assert installed.endswith("-c requirements.lock -e .")
    assert _run(tree, "scripts/install").returncode == 0
    assert _installs(tree) == []


def test_more_is_added_and_covers_less(tree: Path) -> None:
    """`install train` and `install dev` add to what is there; serving afterwards installs nothing."""
    _run(tree, "scripts/install")
    for extra in ("train", "dev"):
        _installs(tree)
        _run(tree, "scripts/install", extra)
        (installed,) = _installs(tree)
        assert installed.endswith(f"-c requirements.lock -e .[{extra}]")
        _run(tree, "scripts/install")
        assert _installs(tree) == []
    _run(tree, "scripts/install", "train")
    assert _installs(tree) == []


def test_tests_of_clusters_install_ray_and_nothing_else_is_run(tree: Path) -> None:
    """They come with the tests' tools, and afterwards everything is there that others need."""
    assert _run(tree, "scripts/test", "--cluster", "-x").returncode == 0
    *_, installed, tested = _installs(tree)
    assert installed.endswith("-c requirements.lock -e .[dev,cluster]")
    assert tested.startswith("-m pytest -o faulthandler_timeout=")
    assert tested.endswith(" tests/cluster -x")
    for extra in ("serve", "train", "dev", "cluster"):
        _run(tree, "scripts/install", extra)
    assert _installs(tree) == []


@pytest.mark.parametrize("refused", ["ray==", "=="], ids=["this platform", "no index"])
def test_tests_of_clusters_skip_where_ray_cannot_be_installed(tree: Path, refused: str) -> None:
    """A line says so. Where nothing can be installed, they fail: nobody knows whether they would have passed."""
    stub = tree / "stub"
    _executable(
        stub,
        stub.read_text().replace(
            '"-m pip "*)', f'"-m pip "*"[dev,cluster]"|"-m pip "*{refused}*) exit 1 ;;\n  "-m pip "*)'
        ),
    )
    run = _run(tree, "scripts/test", "--cluster")
    assert not any("pytest tests/cluster" in call for call in _installs(tree))
    if refused == "ray==":
        assert run.returncode == 0
        assert run.stdout == "tests of clusters skipped: Ray cannot be installed on this platform\n"
    else:
        assert run.returncode == 1


def test_an_unknown_extra_is_refused(tree: Path) -> None:
    """A slip installs nothing and says what there is."""
    run = _run(tree, "scripts/install", "tests")
    assert run.returncode == 2
    assert run.stderr == "usage: scripts/install [serve|train|dev|cluster]\n"
    assert _installs(tree) == []


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_new_pins_are_installed(tree: Path, name: str) -> None:
    """After an update of the sources the environment follows, without beginning anew."""
    _run(tree, "scripts/install")
    _installs(tree)
    with (tree / name).open("a") as file:
        file.write("# changed\n")
    _run(tree, "scripts/install")
    (installed,) = _installs(tree)
    assert installed.startswith("-m pip install")


def test_an_install_that_was_cut_off_begins_anew(tree: Path) -> None:
    """Half an environment is never taken for a whole one."""
    assert _run(tree, "scripts/install", PIP_STATUS="1").returncode != 0
    _installs(tree)
    assert _run(tree, "scripts/install").returncode == 0
    assert _installs(tree)[0] == "-m venv --clear .venv"


def test_a_python_that_is_gone_is_replaced(tree: Path) -> None:
    """An environment whose interpreter no longer runs is made again."""
    _run(tree, "scripts/install")
    _installs(tree)
    _executable(tree / ".venv/bin/python", "#!/usr/bin/env bash\nexit 1\n")
    assert _run(tree, "scripts/install").returncode == 0
    assert _installs(tree)[0] == "-m venv --clear .venv"


def test_a_moved_folder_is_installed_again(tree: Path) -> None:
    """A .venv names its own folder; moved, it would serve the sources of the old place."""
    _run(tree, "scripts/install")
    _installs(tree)
    moved = tree / "moved"
    moved.mkdir()
    for path in [path for path in tree.iterdir() if path != moved]:
        path.rename(moved / path.name)
    assert _run(moved, "scripts/install").returncode == 0
    assert len(_installs(moved)) == 1


def test_no_usable_python_is_said_plainly(tree: Path) -> None:
    """A Python that is too old, or without venv, gives one line that says what is needed."""
    _executable(tree / "stub", "#!/usr/bin/env bash\nexit 1\n")
    run = _run(tree, "scripts/install")
    assert run.returncode == 1
    assert run.stderr.startswith("Inkstream needs Python 3.11 or newer")
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("cwd", [".", "/"])
def test_serve_installs_and_starts_the_service(tree: Path, cwd: str) -> None:
    """`scripts/serve` works from any folder."""
    environment = os.environ | {"PYTHON": str(tree / "stub")}
    subprocess.run([tree / "scripts/serve"], check=True, cwd=tree / cwd, env=environment)
    assert _installs(tree)[-1] == "-m app"


def test_test_checks_and_hands_its_arguments_to_pytest(tree: Path) -> None:
    """Format, lint, types and tests, in this order, the first failure ends it; the audit runs meanwhile."""
    run = _run(tree, "scripts/test", "tests/model", "-k", "svg", AUDIT="sleep 1; echo 'No known vulnerabilities found'")
    assert run.returncode == 0
    assert run.stdout.endswith("No known vulnerabilities found\n")
    tools = [call.split()[1:] for call in _installs(tree)[2:]]
    audit = [tool[0] for tool in tools if tool[0].startswith("pip")]
    others = [tool for tool in tools if tool[0] not in audit]
    assert [tool[0] for tool in others] == ["ruff", "ruff", "mypy", "pytest"]
    assert audit == ["pip", "pip_audit"]
    assert others[-1] == ["pytest", "tests/model", "-k", "svg"]


FOUND = "echo 'Found 1 known vulnerability in 1 package'; exit 1"


def test_known_vulnerabilities_fail_the_audit(tree: Path) -> None:
    """They are shown. The tests show them and go on: what became known today is no fault of a change."""
    run = _run(tree, "scripts/audit", AUDIT=FOUND)
    assert run.returncode == 1
    assert "Found 1 known" in run.stdout
    _installs(tree)
    run = _run(tree, "scripts/test", AUDIT=FOUND)
    assert run.returncode == 0
    assert "Found 1 known" in run.stdout
    assert any(call.startswith("-m pytest") for call in _installs(tree))


def test_tests_that_fail_fail(tree: Path) -> None:
    """With the status that pytest has, whatever the audit says."""
    assert _run(tree, "scripts/test", "tests/model", TESTS="exit 5", AUDIT=FOUND).returncode == 5


def test_an_audit_that_finds_nothing_passes(tree: Path) -> None:
    """It says so; the second time nothing is installed for it."""
    for installs in (["pip", "pip_audit"], ["pip_audit"]):
        _run(tree, "scripts/install")
        _installs(tree)
        run = _run(tree, "scripts/audit", AUDIT="echo 'No known vulnerabilities found'")
        assert run.returncode == 0
        assert run.stdout == "No known vulnerabilities found\n"
        assert [call.split()[1] for call in _installs(tree)] == installs


@pytest.mark.parametrize(
    "audit",
    [
        "echo 'ConnectionError: no way there'; exit 1",
        "grep == requirements.lock | sed 's/$/ could not be audited/'",
        "trap '' TERM; while true; do sleep 0.1; done",
    ],
    ids=["refused", "unknown", "hanging"],
)
def test_an_audit_without_its_database_is_skipped(tree: Path, audit: str) -> None:
    """Refused, without any answer, or hanging: one line says why, soon, and nothing has failed."""
    run = _run(tree, "scripts/audit", AUDIT=audit, AUDIT_SECONDS="2")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("audit skipped: the database of vulnerabilities")
    assert len(run.stdout.splitlines()) == 1


def test_an_audit_that_cannot_be_installed_is_skipped(tree: Path) -> None:
    """The same without an index of packages."""
    _run(tree, "scripts/install")
    run = _run(tree, "scripts/audit", PIP_STATUS="1")
    assert run.returncode == 0
    assert run.stdout == "audit skipped: pip-audit cannot be installed here; see .venv/audit.log\n"


@pytest.mark.parametrize(
    ("arguments", "workers", "handed"),
    [
        ([], True, "--no-loadscope-reorder"),
        (["tests/model", "-k", "svg"], False, "tests/model -k svg"),
        (["--quick", "-x"], True, "-x"),
    ],
    ids=["all", "some", "quick"],
)
def test_workers_share_many_tests(tree: Path, arguments: list[str], workers: bool, handed: str) -> None:
    """All tests, and those of every day, have one worker more than cores; one who names tests waits for none."""
    _executable(tree / "scripts/programs", "#!/usr/bin/env bash\n")
    run = _run(tree, "scripts/test", *arguments)
    assert run.returncode == 0, run.stderr
    calls = (tree / "calls").read_text().splitlines()
    [tests] = [call for call in calls if call.startswith("-m pytest")]
    assert (f"-n {(os.cpu_count() or 1) + 1} " in tests) == workers
    assert tests.endswith(handed)
    assert any(call.startswith("-m mypy") for call in calls) == ("--quick" not in arguments)
    named = [word for word in tests.split() if word.startswith("tests/")]
    assert all((ROOT / name).exists() for name in named)
    assert bool(named) == bool(arguments)


@pytest.mark.parametrize("fails", ["", "all", "--cluster"])
def test_ci_runs_the_same_tests(tree: Path, fails: str) -> None:
    """CI is `scripts/test`, and then `scripts/test --cluster`; it ends with the first failure, and names it."""
    script = f'#!/usr/bin/env bash\necho "tested $*"\n[ "${{1-all}}" != "{fails}" ] || exit 3\n'
    _executable(tree / "scripts/test", script)
    run = _run(tree, "bash", ".ci/run")
    tested = "tested \n" + "tested --cluster\n" * (fails != "all")
    if fails:
        assert run.returncode == 3
        assert run.stdout == tested
        assert run.stderr == f"CI: failed: scripts/test {fails.replace('all', '')}\n"
    else:
        assert run.returncode == 0
        assert run.stdout == tested + "CI: passed: scripts/test, and scripts/test --cluster\n"


@pytest.mark.parametrize(("user", "status"), [("0", 0), ("0", 1), ("1000", 0)])
def test_programs_of_tests_are_installed_where_that_can_be(tmp_path: Path, user: str, status: int) -> None:
    """By root, from Debian's packages; where that fails or may not be, it is said, and the tests go on without."""
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "")
    _executable(tmp_path / "id", f"#!/usr/bin/env bash\necho {user}\n")
    _executable(tmp_path / "apt-get", f'#!/usr/bin/env bash\necho "$*" >>"{tmp_path}/calls"\nexit {status}\n')
    run = subprocess.run(
        [ROOT / "scripts/programs"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    calls = (tmp_path / "calls").read_text() if (tmp_path / "calls").exists() else ""
    for package in ("chromium", "redis-server"):
        assert (package in calls) == (user == "0" and status == 0)
        assert (package in run.stderr) == (user != "0" or status != 0)


@pytest.mark.parametrize("browser", ["chromium", "chromium-headless-shell"])
def test_programs_that_are_there_are_not_installed(tmp_path: Path, browser: str) -> None:
    """Nothing is asked of the package manager where nothing is missing; either browser will do."""
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "")
    for name in (browser, "redis-server", "apt-get"):
        _executable(tmp_path / name, "#!/usr/bin/env bash\nexit 1\n")
    run = subprocess.run(
        [ROOT / "scripts/programs"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert run.stderr == ""


@pytest.mark.parametrize(("version", "abi"), [("", "cp312"), ("3.13", "cp313")])
def test_wheels_for_a_gpu_are_those_of_the_lock(tree: Path, version: str, abi: str) -> None:
    """Of the other machine's Python, built, at the pinned versions, without PyTorch, which it has."""
    _run(tree, "scripts/install")
    _installs(tree)
    run = _run(tree, "scripts/gpu-wheels", "wheels", **({"PYTHON_VERSION": version} if version else {}))
    assert run.returncode == 0, run.stderr
    [call] = _installs(tree)
    for part in (
        "-m pip download",
        "--only-binary :all:",
        f"--abi {abi}",
        f"--python-version {version or '3.12'}",
        "--dest wheels",
    ):
        assert part in call
    assert _run(tree, "scripts/gpu-wheels").stderr == "usage: scripts/gpu-wheels DIR\n"


@pytest.mark.parametrize(("lacks", "status"), [("0", "0"), ("1", "0"), ("1", "1")])
def test_the_compiler_of_kernels_is_installed_where_it_can_be(tree: Path, lacks: str, status: str) -> None:
    """Unless it is there; where it cannot be had that is said, and the tests go on without."""
    _run(tree, "scripts/install", "dev")
    _installs(tree)
    run = _run(tree, "scripts/nvrtc", LACKS_NVRTC=lacks, PIP_STATUS=status)
    assert run.returncode == 0
    assert [" nvidia-cuda-nvrtc==" in call for call in _installs(tree)] == [True] * (lacks == "1")
    assert run.stderr == "Not installed, and what needs it is not tested: NVRTC\n" * (status == "1")
