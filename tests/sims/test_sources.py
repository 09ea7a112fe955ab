"""The suite `sources`: a slice of two rows a family runs here, the whole by `make sources`."""

from itertools import groupby

import pytest

from sims import load_suite, run_sweeps, table_of
from sims.suite import Suite

SUITE = load_suite("sources")
FAMILIES = [
    "1 Coins and dice", "2 Finite memory", "3 Compute", "4 Losses", "5 Heavy tails",
    "6 Regression", "7 Learnability", "8 Universal rates", "9 Ensembles and data quality",
]  # fmt: skip
STANDS = {"agrees", "agrees in window", "not a power law"}


def family_of(entry):
    return entry.family


def two_of_each():
    """The first two rows of each family: from its first toy, and from its last."""
    chosen = []
    for _, group in groupby(SUITE.row, family_of):
        rows = list(group)
        chosen += [rows[0], rows[-1]]
    return chosen


def test_every_item_has_its_rows():
    assert [family for family, _ in groupby(SUITE.row, family_of)] == FAMILIES
    for _, group in groupby(SUITE.row, family_of):
        assert len(list(group)) >= 2


@pytest.mark.parametrize("entry", two_of_each(), ids=lambda entry: f"{entry.family}, {entry.toy}")
def test_a_slice_of_the_suite_stands(entry):
    suite = Suite(name="slice", row=[entry])
    seen = run_sweeps(suite.sweeps(seed=0), workers=1)
    (row,) = table_of(seen, corrections=suite.corrections, floors=suite.floors).rows
    assert row.verdict in STANDS, row
    assert row.derived is not None
