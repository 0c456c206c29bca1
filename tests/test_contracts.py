"""The contracts of imports cannot be walked round: each is broken here in a copy of the program."""

import ast
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = "data flows one way; a new room has to be given its floor"
PURE, SQL = "facts and conclusions do no input or output", "only the store knows SQL"
DISCORD = "only the Discord face and the alerts know Discord"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with nothing but the program and its contracts."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__", "*.ttf"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(checkout: Path) -> tuple[int, set[str]]:
    """How the linter ends for a checkout, and the names of the contracts that it calls broken."""
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ended = subprocess.run(lint, cwd=checkout, capture_output=True, text=True, check=False)
    marked = (line.rpartition(" ") for line in ended.stdout.splitlines())
    return ended.returncode, {name for name, _, state in marked if state == "BROKEN"}


def test_an_untouched_copy_keeps_all_contracts(copy: Path) -> None:
    assert broken(copy) == (0, set())


@pytest.mark.parametrize(
    ("module", "source", "contracts"),
    [
        ("shortcut.py", "import discord\nimport sqlalchemy\n", {FLOORS, DISCORD, SQL}),
        ("analysis/shortcut.py", "import sqlalchemy\n", {PURE, SQL}),
        ("words/shortcut.py", "import discord\n", {PURE, DISCORD}),
        ("store/shortcut.py", "from bot.chat import client\n", {FLOORS}),
        ("shortcut/__init__.py", "", {FLOORS}),
    ],
)
def test_a_new_module_that_takes_a_shortcut_breaks_them(
    copy: Path, module: str, source: str, contracts: set[str]
) -> None:
    path = copy / "bot" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    status, named = broken(copy)
    assert status == 1
    assert named == contracts


def imports(checkout: Path) -> dict[str, set[str]]:
    """The modules of the program, each with those that it names in an import wherever in its text: also in
    functions and where only types are checked."""
    files = {
        ".".join(path.relative_to(checkout).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (checkout / "bot").rglob("*.py")
    }
    found: dict[str, set[str]] = {}
    for module, path in files.items():
        found[module] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found[module] |= {name.name for name in node.names} & files.keys()
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"a relative import in {path}"
                whole = {f"{node.module}.{name.name}" for name in node.names}
                found[module] |= (whole & files.keys()) or ({str(node.module)} & files.keys())
    return found


def test_no_import_goes_in_a_circle() -> None:
    found = imports(ROOT)
    assert len(found) > 100
    TopologicalSorter(found).prepare()


@pytest.mark.parametrize(
    "source",
    [
        "from bot.catalog import catalog\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import bot.catalog.catalog\n",
        "def late() -> None:\n    import bot.catalog.catalog\n",
    ],
    ids=["plain", "types only", "in a function"],
)
def test_a_circle_of_imports_is_found(copy: Path, source: str) -> None:
    path = copy / "bot/catalog/entities.py"
    path.write_text(path.read_text(encoding="utf-8") + source)
    with pytest.raises(CycleError) as circle:
        TopologicalSorter(imports(copy)).prepare()
    assert {"bot.catalog.catalog", "bot.catalog.entities"} <= set(circle.value.args[1])
