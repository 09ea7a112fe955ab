"""Sizes as written: ranges, lists, and what is refused."""

import pytest

from sims import BadInput
from sims.engine.sizes import parse_grid
from sims.numbers import plain_number, with_error
from toys import Bernoulli


def test_ranges_are_geometric_with_both_ends():
    grid = parse_grid("N=1e2:1e6:5", Bernoulli)
    assert grid == ("N", [100, 1000, 10_000, 100_000, 1_000_000], None)
    assert parse_grid("N=3:48:5", Bernoulli).sizes == [3, 6, 12, 24, 48]


def test_lists_are_as_given():
    assert parse_grid("N=10,5,1e3", Bernoulli).sizes == [10, 5, 1000]


def test_merged_duplicates_are_said():
    grid = parse_grid("N=1:4:10", Bernoulli)
    assert grid.sizes == [1, 2, 3, 4]
    assert "6 sizes" in grid.note


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("N", "cannot read sizes"), ("N=", "cannot read sizes"), ("M=1,2", "unknown size axis"),
        ("N=1:2", "low:high:count"), ("N=1:2:3:4", "low:high:count"), ("N=a,b", "'a' is not a number"),
        ("N=5:1:3", "low < high"), ("N=0:5:3", "0 < low"), ("N=1:10:1", "count = 1"),
        ("N=1:10:2.5", "count = 2.5"), ("N=1:10:100000", "count = 100000"), ("N=1,inf", "not finite"),
        ("N=nan", "not finite"), ("N=1,,2", "'' is not a number"),
    ],
)  # fmt: skip
def test_bad_sizes(text, message):
    with pytest.raises(BadInput, match=message):
        parse_grid(text, Bernoulli)


def test_numbers_as_read_and_written():
    assert plain_number("1e6", "N") == 10**6
    assert isinstance(plain_number("1e6", "N"), int)
    assert plain_number("0.5", "p") == 0.5
    assert plain_number("123456789012345678", "N") == 123456789012345678
    assert with_error(0.99866, 0.00053) == "0.99866 ± 0.00053"
    assert with_error(12.3, 1.2) == "12.3 ± 1.2"
    assert with_error(1234.5, 120.0) == "1234 ± 120"
    assert with_error(0.5, None) == "0.5"
    assert with_error(0.5, 0.0) == "0.5 ± 0"
