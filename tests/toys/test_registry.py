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
    with pytest.raises(AttributeError, match="bernoulli, .*gaussian_mean"):
        toys.Bernouli  # noqa: B018
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
