"""The suite `sources`: first and last row of each family run here, the whole by `make sources`."""

from itertools import groupby

import pytest

from sims import load_suite, run_sweeps, table_of
from sims.suites.suite import Suite
from sims.tables.judged import only_axis
from sims.tables.theory import theory_of
from toys import Categorical, catalogue, get
from toys.folders import families

SUITE = load_suite("sources")


def family_of(entry):
    return catalogue()[entry.toy].family


def two_of_each():
    """The first and the last row of each family."""
    chosen = []
    for _, group in groupby(SUITE.row, family_of):
        rows = list(group)
        chosen += [rows[0], rows[-1]]
    return chosen


def test_every_family_of_toys_has_its_rows():
    found = [family for family, _ in groupby(SUITE.row, family_of)]
    assert found == sorted(found)
    assert set(found) | {"manifolds"} == set(families())  # its rows are in the suite core
    for _, group in groupby(SUITE.row, family_of):
        assert len(list(group)) >= 2


@pytest.mark.parametrize("entry", two_of_each(), ids=lambda e: f"{family_of(e)}, {e.toy}")
def test_a_slice_of_the_suite_stands(entry):
    suite = Suite(name="slice", row=[entry])
    seen = run_sweeps(suite.sweeps(seed=0), workers=1)
    (row,) = table_of(seen).rows
    (sweep,) = suite.sweeps(seed=0)
    power_law = theory_of(sweep.toy, only_axis(sweep)).power_law
    assert row.verdict in ({"agrees", "agrees in window"} if power_law else {"not a power law"})


def test_another_law_disagrees(monkeypatch):
    """A die that claims the law of sampling by quota."""
    monkeypatch.setattr(Categorical, "derivation", lambda self, axis: "quota.sampling")
    suite = Suite(
        name="slip", row=[next(entry for entry in SUITE.row if entry.toy == "categorical")]
    )
    (row,) = table_of(run_sweeps(suite.sweeps(seed=0))).rows
    assert (row.toy, row.verdict) == ("categorical", "disagrees")


def test_every_sampler_of_every_toy_has_its_row():
    swept = [s.toy for s in (*SUITE.sweeps(), *load_suite("core").sweeps())]
    for name in {entry.toy for entry in SUITE.row} - {
        entry.toy for entry in load_suite("core").row
    }:
        toy = get(name)
        if "sampler" in toy.model_fields:
            used = {made.sampler for made in swept if made.name == name}
            assert used == set(toy.bounds_of("sampler").choices), name
