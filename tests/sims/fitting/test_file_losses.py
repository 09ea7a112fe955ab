"""The user's own CSV: replicates grouped, and one clear error for every malformed file."""

import numpy as np
import pytest

from sims import BadInput
from sims.fitting.file_losses import read_losses


def write(tmp_path, text):
    path = tmp_path / "data.csv"
    path.write_text(text)
    return str(path)


def test_plain_columns(tmp_path):
    path = write(tmp_path, "D,loss,other\n4,0.25,x\n1,1,y\n2,0.5,z\n\n")
    data = read_losses(path, "D", "loss")
    assert data.sizes.tolist() == [1, 2, 4]
    assert data.means.tolist() == [1, 0.5, 0.25]
    assert data.errors is None


def test_errors_and_byte_order_mark(tmp_path):
    path = write(tmp_path, "\ufeffN, loss, se\n1,1,0.1\n2,0.5,0.05\n4,0.25,0.02\n")
    data = read_losses(path, "N", "loss", "se")
    assert data.errors.tolist() == [0.1, 0.05, 0.02]


def test_replicates_are_grouped_by_size(tmp_path):
    path = write(tmp_path, "N,loss\n1,1\n2,0.5\n1,1.2\n2,0.7\n4,0.2\n4,0.3\n")
    data = read_losses(path, "N", "loss")
    assert data.means == pytest.approx([1.1, 0.6, 0.25], rel=1e-14, abs=0)
    spreads = np.array([0.2, 0.2, 0.1]) / np.sqrt(2) / data.means  # one degree of freedom each
    pooled = np.sqrt(np.mean(spreads**2))
    assert data.errors == pytest.approx(pooled * data.means / np.sqrt(2), rel=1e-12, abs=0)
    assert "2 replicates" in data.origin
    assert "pooled" in data.origin


def test_many_replicates_keep_their_own_errors(tmp_path):
    losses = np.random.default_rng(1).exponential([1.0, 0.1], size=(30, 2))
    lines = [f"{n},{loss}" for row in losses for n, loss in zip((1, 2), row, strict=True)]
    data = read_losses(write(tmp_path, "\n".join(["N,loss", *lines])), "N", "loss")
    assert data.errors == pytest.approx(losses.std(0, ddof=1) / np.sqrt(30), rel=1e-12, abs=0)
    assert "pooled" not in data.origin


def test_intervals_from_three_replicates_cover(tmp_path):
    """Of 300 fits of a power law to 3 replicates at 8 sizes about 90 % cover 1/2; unpooled, fewer."""
    from sims import fit

    rng = np.random.default_rng(20260101)
    sizes = 2.0 ** np.arange(4, 12)
    covered = unpooled = 0
    for _ in range(300):
        losses = sizes**-0.5 * (1 + 0.1 * rng.standard_normal((3, 8)))
        lines = [f"{n},{loss}" for row in losses for n, loss in zip(sizes, row, strict=True)]
        data = read_losses(write(tmp_path, "\n".join(["N,loss", *lines])), "N", "loss")
        low, high = fit(data.sizes, data.means, data.errors, corrections=[]).interval
        covered += low <= 0.5 <= high
        own = losses.std(0, ddof=1) / np.sqrt(3)
        low, high = fit(sizes, data.means, own, corrections=[]).interval
        unpooled += low <= 0.5 <= high
    assert 0.86 <= covered / 300 <= 0.98
    assert unpooled / 300 < 0.8


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("", ("N", "loss"), "is empty"),
        ("N,loss\n", ("N", "loss"), "a header but no rows"),
        ("N;loss\n1;1\n", ("N", "loss"), "not separated by commas"),
        ("N,los\n1,1\n", ("N", "loss"), "unknown column of .* 'loss'; did you mean 'los'"),
        ("N,loss,loss\n1,1,1\n", ("N", "loss"), "'loss' occurs twice"),
        ("N,loss\n1,1\n2,abc\n", ("N", "loss"), "line 3: loss = 'abc' is not a number"),
        ("N,loss\n1,1\n2,\n", ("N", "loss"), "line 3: loss = '' is not a number"),
        ("N,loss\n1,nan\n", ("N", "loss"), "line 2: loss = nan is not allowed"),
        ("N,loss\n0,1\n", ("N", "loss"), "line 2: N = 0 is not allowed"),
        ("N,loss\n1,-1\n", ("N", "loss"), "line 2: loss = -1 is not allowed"),
        ("N,loss\n1,inf\n", ("N", "loss"), "loss = inf is not allowed"),
        ("N,loss\n1,1,3\n", ("N", "loss"), "line 2: 3 values for 2 columns"),
        ("N,loss,se\n1,1,0\n", ("N", "loss", "se"), "se = 0 is not allowed"),
        ("N,loss,se\n1,1,1\n1,2,1\n", ("N", "loss", "se"), "size 1 occurs 2 times"),
        ("N,loss\n1,1\n1,2\n2,1\n", ("N", "loss"), "size 2 has one row"),
        ("N,loss\n1,1\n1,1\n2,1\n2,3\n", ("N", "loss"), "size 1 are all equal"),
    ],
)
def test_malformed_files(tmp_path, text, columns, message):
    with pytest.raises(BadInput, match=message):
        read_losses(write(tmp_path, text), *columns)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_losses(str(tmp_path / "none.csv"), "N", "loss")
    with pytest.raises(BadInput, match="cannot read"):
        read_losses(str(tmp_path), "N", "loss")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(BadInput, match="cannot read"):
        read_losses(str(binary), "N", "loss")
