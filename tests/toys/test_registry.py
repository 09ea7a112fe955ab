"""Finding toys: in the folder, as plug-ins, by module and class; broken ones are reported."""

import sys
from importlib.metadata import EntryPoint

import pytest

import toys
from toys import registry


@pytest.fixture
def scan():
    registry._plug_ins.cache_clear()
    yield
    registry._plug_ins.cache_clear()


def test_the_folder_is_scanned():
    assert toys.names() == sorted(toys.names())
    assert {"bernoulli", "gaussian_mean"} <= set(toys.names())
    assert toys.get("bernoulli") is toys.Bernoulli
    assert toys.broken() == {}
    assert "Bernoulli" in dir(toys)


def test_an_unknown_toy_is_an_attribute_error_with_names():
    with pytest.raises(AttributeError, match="did you mean 'Bernoulli'"):
        toys.Bernouli  # noqa: B018
    with pytest.raises(AttributeError, match="bernoulli, .*gaussian_mean"):
        toys.Zzz  # noqa: B018
    with pytest.raises(KeyError):
        toys.get("nothing")


def test_broken_plug_ins_are_reported_not_fatal(scan, monkeypatch):
    points = [
        EntryPoint("gone", "no_such_module:Toy", registry.ENTRY_POINTS),
        EntryPoint("no_toy", "math:pi", registry.ENTRY_POINTS),
        EntryPoint("taken", "toys.coins.bernoulli:Bernoulli", registry.ENTRY_POINTS),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    broken = toys.broken()
    assert "bernoulli" in toys.names()
    assert "No module named" in broken["no_such_module:Toy"]
    assert "not a toy" in broken["math:pi"]
    assert "taken" in broken["toys.coins.bernoulli:Bernoulli"]


MODULE = """
from typing import Annotated
from pydantic import Field, model_validator
from toys import GaussianMean

class Fine(GaussianMean):
    'A copy.'

class Needing(GaussianMean):
    'It has a parameter without a default.'
    extra: Annotated[float, Field(ge=0, le=1)]

class Raising(GaussianMean):
    'Its validator fails.'
    @model_validator(mode="after")
    def _fail(self):
        return 1 / 0

class Refusing(GaussianMean):
    'Its validator refuses its own defaults.'
    @model_validator(mode="after")
    def _fail(self):
        raise ValueError("sigma is\\ntoo small")

class Quitting(GaussianMean):
    'Its validator ends the program.'
    @model_validator(mode="after")
    def _fail(self):
        raise SystemExit(3)
"""


@pytest.fixture
def plugged(scan, monkeypatch, tmp_path):
    """A distribution that announces five toys, three of which cannot be built."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "plugged_in.py").write_text(MODULE)
    points = [
        EntryPoint(name.lower(), f"plugged_in:{name}", registry.ENTRY_POINTS)
        for name in ("Raising", "Refusing", "Quitting", "Fine", "Needing")
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    yield
    sys.modules.pop("plugged_in", None)


def test_plug_ins_whose_validators_raise_are_reported_and_take_nothing_down(plugged):
    assert toys.broken() == {
        "plugged_in:Quitting": "SystemExit: 3",
        "plugged_in:Raising": "ZeroDivisionError: division by zero",
        "plugged_in:Refusing": "ValueError: it refuses its own defaults: Value error, sigma is "
        "too small",
    }
    assert {"bernoulli", "fine", "needing"} <= set(toys.names())
    assert not {"raising", "refusing", "quitting"} & set(toys.names())
    assert toys.catalogue()["fine"].summary == "A copy."
    assert toys.get("fine").name == "fine"


def test_a_broken_plug_in_says_why_when_it_is_asked_for(plugged):
    with pytest.raises(ImportError, match="plugged_in:Raising could not be loaded: ZeroDivision"):
        toys.get("raising")
    with pytest.raises(ImportError, match="refuses its own defaults"):
        toys.resolve("refusing")
    with pytest.raises(ZeroDivisionError):
        toys.resolve("plugged_in:Raising")
    assert toys.resolve("plugged_in:Refusing").name == "refusing"  # other values may be allowed


def test_resolve_takes_a_module_and_a_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_toys.py").write_text(
        "from toys import GaussianMean\n\nclass Mine(GaussianMean): pass\n"
    )
    assert toys.resolve("my_toys:Mine").name == "mine"
    assert toys.resolve("bernoulli") is toys.Bernoulli
    with pytest.raises(ImportError, match="no class 'Yours'"):
        toys.resolve("my_toys:Yours")
    with pytest.raises(TypeError, match="not a toy"):
        toys.resolve("math:pi")
    with pytest.raises(KeyError):
        toys.resolve("my_toys")


def test_where_nothing_can_be_compiled_no_toy_is_called_broken(monkeypatch):
    def importing(name):
        raise RuntimeError(f"cannot cache function 'f': no locator available for file {name!r}")

    registry._loaded.cache_clear()
    monkeypatch.setattr(registry, "get", importing)
    with pytest.raises(RuntimeError, match="no locator"):
        toys.classes()
    registry._loaded.cache_clear()


BODY = """
class Mine({base}):
    \"\"\"A toy of mine.

    More of it.
    \"\"\"

    N: Annotated[int, {size}, Field(ge=1, le=9)] = 2
    {links}

    @property
    def quantity(self):
        return "loss"

    @property
    def source(self):
        return "Name2026, section 1"

    def simulate(self, rng, replicates):
        return rng.random(replicates)
"""
TYPES = "from typing import Annotated\nfrom pydantic import Field\n"


@pytest.mark.parametrize(
    ("imports", "base", "size", "links"),
    [
        ("from toys.toy import Size, Toy", "Toy", 'Size("draws")', 'derivations = ("a.b",)'),
        ("from toys import Size, Toy", "Toy", 'Size("draws")', 'derivations = ("a.b",)'),
        (
            "from toys.toy import Size, Toy as Base",
            "Base",
            'Size("draws")',
            'derivations = ("a.b",)',
        ),
        ("from toys import toy", "toy.Toy", 'toy.Size("draws")', 'derivations = ("a.b",)'),
        ("from ..toy import Size, Toy", "Toy", 'Size("draws")', 'derivations = ("a.b",)'),
        ("from toys.toy import Size, Toy", "Toy", 'Size(unit="draws")', 'derivations = ("a.b",)'),
        ("from toys.toy import Size, Toy", "Toy", 'Size("draws")', 'derivations = tuple(["a.b"])'),
    ],
)
def test_however_it_is_written_a_toy_is_found(imports, base, size, links, tmp_path):
    """What is not understood without importing it is imported."""
    done = listed(tmp_path, f"{TYPES}{imports}\n" + BODY.format(base=base, size=size, links=links))
    assert done == "Entry('mine', 'A toy of mine.', {'N': 'draws'}, ('a.b',)) {}"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("class Mine(", "SyntaxError"),
        ("from toys import toy\nclass Mine(toy.Toy):\n    N: int = 1\n1/0\n", "ZeroDivisionError"),
        (
            "from toys import toy\nraise SystemExit(3)\nclass Mine(toy.Toy):\n    pass\n",
            "SystemExit",
        ),
    ],
)
def test_a_broken_file_is_reported_and_takes_nothing_down(code, reason, tmp_path):
    done = listed(tmp_path, code)
    assert done.startswith("None {'toys.means.mine': ")
    assert reason in done


def test_a_family_needs_to_say_its_title(tmp_path):
    code = f"{TYPES}from toys.toy import Size, Toy\n"
    code += BODY.format(base="Toy", size='Size("draws")', links="")
    done = listed(tmp_path, code, family="zoo")
    assert done.startswith("None {'toys.zoo': \"it has no __init__.py")


def listed(folder, code, family="means"):
    """What a copy of the folder says of the toy `mine`, and of what is broken."""
    import shutil
    import subprocess
    from pathlib import Path

    room = Path(toys.__file__).parent
    shutil.copytree(room, folder / "toys", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "toys" / family).mkdir(exist_ok=True)
    (folder / "toys" / family / "mine.py").write_text(code)
    ask = (
        "import toys\ne = toys.catalogue().get('mine')\n"
        "print(e and f'Entry({e.name!r}, {e.summary!r}, {dict(e.axes)!r}, {e.derivations!r})',"
        " toys.broken())\nassert 'bernoulli' in toys.names()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
