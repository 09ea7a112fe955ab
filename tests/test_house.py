"""The rules of the house: where a file stands, and what it may use; each with an offender."""

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

from symbolic.registry import homes_in
from toys.folders import families

ROOT = Path(__file__).parent.parent
ROOMS = ("toys", "symbolic", "sims")
FRAME_FOLDERS = {"symbolic": {"steps", "claims"}}
"""Folders that belong to a room's frame: what all derivations are made of, and what is claimed."""


def imported(tree, room, files):
    """The modules of a room that a file imports when it is loaded or when it runs."""
    known = {".".join(module.split(".")[:depth]) for module in files for depth in (1, 2, 3, 4)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.split(".")[0] == room:
                yield node.module
                names = (f"{node.module}.{alias.name}" for alias in node.names)
                yield from (name for name in names if name in known)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == room)


def sources(room, root=ROOT):
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in sorted((root / room).rglob("*.py"))
    }


def unit(module):
    """A folder, or a file at a room's root, by its name."""
    return module.split(".")[1] if "." in module else ""


def offences(room, files):
    """What breaks rules 1 and 2: frames that use folders, circles, and what is private."""
    folders = {m.split(".")[1] for m in files if m.count(".") > 1}
    uses = defaultdict(set)
    for module, text in files.items():
        parts = module.split(".")
        for target in set(imported(ast.parse(text), room, files)):
            names = target.split(".")
            private = next((i for i, name in enumerate(names) if name.startswith("_")), None)
            if private is not None and names[:private] != parts[:private]:
                yield f"{module} uses {target}, which is private to {'.'.join(names[:private])}"
            if len(names) < 2 or (f"{room}.{names[1]}" not in files and names[1] not in folders):
                continue
            here, there = unit(module), names[1]
            if here == there or (module.endswith("__init__") and len(parts) == 2):
                continue
            uses[here].add(there)
            frame = FRAME_FOLDERS.get(room, set())
            if here not in folders and there in folders - frame and not there.startswith("_"):
                yield f"{module}, of the frame, uses the folder {there}"
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as circle:
        yield f"a circle in {room}: {' uses '.join(circle.args[1])}"


@pytest.mark.parametrize("room", ROOMS)
def test_folders_use_what_lies_below_them(room):
    assert list(offences(room, sources(room))) == []


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ({"toys.toy": "from toys.coins.coin import x"}, "of the frame, uses the folder coins"),
        (
            {"toys.memory.m": "from toys.coins.c import x", "toys.coins.c": "import toys.memory.m"},
            "a circle in toys",
        ),
        ({"toys.memory.m": "from toys.coins._coin import x"}, "is private to toys.coins"),
        (
            {"toys.memory.m": "def f():\n    from toys.coins import _coin"},
            "is private to toys.coins",
        ),
    ],
)
def test_planted_arrows_are_caught(planted, words):
    found = list(offences("toys", {"toys.coins.coin": "", "toys.coins._coin": "", **planted}))
    assert any(words in offence for offence in found), found


def test_what_the_rules_allow_is_no_offence():
    allowed = {
        "toys.toy": "",
        "toys._kernels.heads": "from toys.toy import x",
        "toys.coins._coin": "from toys._kernels.heads import x",
        "toys.coins.coin": "from toys.coins._coin import x\nfrom toys import toy",
        "toys.memory.m": "from toys.coins.coin import x",
    }
    assert list(offences("toys", allowed)) == []


# ---- a family is one word everywhere ------------------------------------------------------------


def members(folder, suffix):
    """Names of the public files and folders in a folder."""
    if not folder.is_dir():
        return set()
    found = (path for path in folder.iterdir() if path.name[0] not in "._")
    return {
        path.stem
        for path in found
        if (path.is_dir() and any(path.rglob(f"*{suffix}"))) or path.suffix == suffix
    } - {"__init__"}


def strangers(root):
    """Folders or files that bear the name of no family; the families are the folders of toys."""
    symbolic = members(root / "symbolic", ".py") - members_at_root(root / "symbolic")
    known = symbolic - {"steps", "claims", "pages"}
    places = {
        "toys": members(root / "toys", ".py") - members_at_root(root / "toys"),
        "tests/toys": {p.name for p in (root / "tests/toys").glob("[!_.]*/")},
        "tests/symbolic": {p.name for p in (root / "tests/symbolic").glob("[!_.]*/")},
        "tests/naive": members(root / "tests/naive", ".py") - {"fitting"},
        "benchmarks/speed/races": members(root / "benchmarks/speed/races", ".py"),
        "sims/suites/sources": members(root / "sims/suites/sources", ".toml"),
    }
    for place, names in places.items():
        yield from (f"{place}/{name} is no family" for name in sorted(names - known))
    yield from (
        f"tests/toys lacks {name}" for name in sorted(places["toys"] - places["tests/toys"])
    )


def members_at_root(room):
    return {path.stem for path in room.glob("*.py")}


def test_a_family_has_one_name_in_every_room():
    assert list(strangers(ROOT)) == []


def test_a_planted_family_is_caught(tmp_path):
    for place in ("symbolic/coins", "toys/coins", "tests/toys/coins", "tests/symbolic/coins"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "x.py").touch()
    for place, suffix in (("benchmarks/speed/races", "py"), ("sims/suites/sources", "toml")):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / f"coins.{suffix}").touch()
    (tmp_path / "tests/naive").mkdir()
    assert list(strangers(tmp_path)) == []
    (tmp_path / "benchmarks/speed/races/tails.py").touch()
    (tmp_path / "toys/dice").mkdir()
    (tmp_path / "toys/dice/die.py").touch()
    assert set(strangers(tmp_path)) == {
        "benchmarks/speed/races/tails is no family", "toys/dice is no family",
        "tests/toys lacks dice",
    }  # fmt: skip


def test_a_family_says_its_title_and_its_question():
    """The same in both rooms; families without a toy yet say it in `symbolic` alone."""
    titles = {name: (family.title, family.question) for name, family in families().items()}
    for folder in sorted((ROOT / "symbolic").glob("[!_]*/")):
        if folder.name in {"steps", "claims", "pages"} or folder.name.startswith("_"):
            continue
        words = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
        title, _, question = words.partition("\n\n")
        said = (title.rstrip("."), " ".join(question.split()))
        assert all(said), folder
        assert said[1].endswith("?"), folder
        assert titles.get(folder.name, said) == said, folder


def circle_of_files(room, files):
    """The files of a room that import each other in a circle, or None."""
    uses = {
        module: {name for name in imported(ast.parse(text), room, files) if name in files}
        for module, text in files.items()
    }
    try:
        TopologicalSorter({module: found - {module} for module, found in uses.items()}).prepare()
    except CycleError as circle:
        return circle.args[1]
    return None


@pytest.mark.parametrize("room", ROOMS)
def test_no_files_import_each_other_in_a_circle(room):
    assert circle_of_files(room, sources(room)) is None


def test_a_planted_circle_of_files_is_caught():
    planted = {"sims.a.b": "from sims.a.c import x", "sims.a.c": "def f():\n    import sims.a.b"}
    assert set(circle_of_files("sims", planted)) == set(planted)


# ---- names --------------------------------------------------------------------------------------


def test_a_file_name_with_derivations_is_unique(tmp_path):
    code = "@derivation\ndef data():\n    ...\n"
    for family in ("coins", "memory"):
        (tmp_path / "symbolic" / family).mkdir(parents=True)
    (tmp_path / "symbolic/coins/bernoulli.py").write_text(code)
    (tmp_path / "symbolic/memory/bernoulli.py").write_text("")  # no derivation: no clash
    (tmp_path / "symbolic/memory/_bernoulli.py").write_text(code)  # private: no derivation
    assert homes_in(tmp_path / "symbolic") == {"bernoulli.data": "symbolic.coins.bernoulli"}
    (tmp_path / "symbolic/memory/bernoulli.py").write_text(code)
    with pytest.raises(ImportError, match="both hold derivations"):
        homes_in(tmp_path / "symbolic")


def test_the_stubs_are_what_the_folders_say():
    import runpy

    stubs = runpy.run_path(str(ROOT / "docs" / "stubs.py"))["STUBS"]
    for path, text in stubs.items():
        assert (ROOT / path).read_text() == text(), f"{path}: run `make stubs`"


def test_reading_a_folder_says_what_importing_it_says():
    from toys import classes
    from toys.folders import describe, entries

    ours, problems = entries()
    assert problems == {}
    assert {name: describe(toy) for name, toy in classes().items()} == ours
    assert all(a < b for a, b in pairwise(ours))
