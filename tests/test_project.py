from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import qdesk

ROOT = Path(__file__).parent.parent
PACKAGES = ("qdesk", "screens", "data")
REGISTRY_HOSTS = re.compile(
    r"(pypi|pythonhosted|npmjs|anaconda|crates|rubygems|maven|jfrog|tuna\.tsinghua|aliyun)\.(org|com|io|edu\.cn)"
)
LOCK_FILES = re.compile(r"(.*\.lock|pylock.*\.toml|package-lock\.json|Pipfile\.lock|requirements.*\.txt)")
FENCE = re.compile(r"^```(?:console|bash|sh|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def files_of(folder: str) -> Iterator[Path]:
    """Every file of the source tree in one folder, without what running it leaves behind."""
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def source_files() -> list[Path]:
    inside = [path for folder in (*PACKAGES, "tests", ".ci") for path in files_of(folder)]
    return inside + [path for path in ROOT.iterdir() if path.is_file()]


def commands_in_readme() -> list[list[str]]:
    """Every command line of the README that begins with qdesk."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line.removeprefix("$ ").split("#")[0] for block in FENCE.findall(text) for line in block.splitlines()]
    commands = [command.split() for line in lines for command in line.split("&&")]
    return [command[1:] for command in commands if command[:1] == ["qdesk"]]


def help_of(words: list[str]) -> subprocess.CompletedProcess[str]:
    program = "import sys; from qdesk.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", program, *words, "--help"], cwd=ROOT, capture_output=True, text=True)


def test_the_wheel_holds_every_file_of_the_tree_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == {path.relative_to(ROOT).as_posix() for folder in PACKAGES for path in files_of(folder)}
    assert {"data/factory.toml", "data/words/zh.toml", "screens/__init__.py"} <= packed
    assert qdesk.__version__ in wheel.name


def test_every_command_of_the_readme_exists() -> None:
    commands = commands_in_readme()
    assert commands
    for command in commands:
        subcommand = [word for word in command[:1] if not word.startswith("-")]
        shown = help_of(subcommand)
        assert shown.returncode == 0, (command, shown.stderr)
        unknown = [word for word in command if word.startswith("--") and word.split("=")[0] not in shown.stdout]
        assert unknown == [], command


def test_every_file_the_readme_links_to_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_file_names_a_package_registry() -> None:
    found = []
    for path in source_files():
        raw = path.read_bytes()
        if b"\0" not in raw and path != Path(__file__) and REGISTRY_HOSTS.search(raw.decode("utf-8", "replace")):
            found.append(path.name)
    assert found == []


def test_the_search_for_registries_finds_one() -> None:
    assert REGISTRY_HOSTS.search("https://files." + "pythonhosted.org/packages")
    assert REGISTRY_HOSTS.search("index-url = https://" + "pypi.org/simple")


def test_there_is_no_lock_file() -> None:
    assert [path.name for path in ROOT.iterdir() if LOCK_FILES.fullmatch(path.name)] == []
    assert [path.name for path in source_files() if LOCK_FILES.fullmatch(path.name)] == []


def test_every_dependency_has_its_exact_version_among_the_constraints() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    constraints = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8")
    pinned = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", constraints, re.MULTILINE)}
    names = {re.split(r"[<>=;\[ ]", text)[0].lower() for text in wanted}
    assert sorted(names - pinned) == []


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    modules = [path for folder in PACKAGES for path in files_of(folder) if path.suffix == ".py"]
    assert [path.name for path in modules if not path.read_text(encoding="utf-8").startswith('"""')] == []


def test_tests_lie_flat_so_that_no_folder_of_theirs_hides_a_package() -> None:
    tests = list(files_of("tests"))
    assert [path for path in tests if path.name == "__init__.py"] == []
    assert [path for path in (ROOT / "tests").iterdir() if path.name in PACKAGES] == []
