"""Rows and tables: the JSON that design asks for, five formats, suites."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from sims import BadInput, ExponentTable, Sweep, load_suite, run_sweeps, table_of
from sims.suites.suite import suite_names
from sims.tables.judged import judge
from sims.tables.row import TableRecord
from toys import Bernoulli, GaussianMean

SWEEPS = [
    Sweep(Bernoulli(p=0.3, sampler="tosses"), {"N": [16, 32, 64, 128, 256, 512]}, 20_000, 4),
    Sweep(GaussianMean(sigma=2, d=3, loss="nll"), {"N": [4, 8, 16, 32, 64, 128]}, 20_000, 4),
    Sweep(Bernoulli(p=1, pseudocount=1), {"N": [16, 32, 64, 128, 256, 512]}, 10, 1),
]
SEEN = run_sweeps(SWEEPS)
TABLE = table_of(SEEN, suite="mine")


def test_rows_hold_all_five_things():
    record = json.loads(TABLE.render("json"))
    assert list(record) == ["schema", "toylaws", "suite", "seed", "rows"]
    assert record["schema"] == 1
    assert record["suite"] == "mine"
    assert record["seed"] == 0
    row = record["rows"][0]
    assert list(row) == [
        "toy", "parameters", "given", "sampler", "axis", "unit", "quantity", "replicates", "blocks", "sizes",
        "means", "standard_errors", "observed", "exact", "derived", "claimed", "verdict",
    ]  # fmt: skip
    assert row["parameters"] == {"p": 0.3, "pseudocount": 0.5}
    assert row["sizes"] == [16, 32, 64, 128, 256, 512]
    assert isinstance(row["sizes"][0], int)
    assert list(row["observed"]) == [
        "exponent", "standard_error", "inflation", "interval", "prefactor", "floor", "correction", "form",
        "assumed_corrections", "assumed_floor", "chi2", "dof", "p_value", "window", "places", "flags",
    ]  # fmt: skip
    assert row["observed"]["window"] == [16, 512]
    assert row["observed"]["correction"][0]["exponent"] == 1
    assert row["given"] == []
    assert record["rows"][1]["given"] == ["sigma", "d", "loss"]
    assert row["observed"]["assumed_corrections"] == [1.0]
    assert row["observed"]["assumed_floor"] == "zero"
    assert row["derived"] == {
        "kind": "power",
        "exponent": "1", "value": 1.0, "prefactor": "1/2", "prefactor_value": 0.5,
        "derivation": "bernoulli.data",
    }  # fmt: skip
    cho = "Kyunghyun Cho, Scaling laws of recovering Bernoulli"
    expected = {"source": "Cho2020", "reference": cho, "value": None, "status": "wrong"}
    assert expected in row["claimed"]
    assert record["rows"][1]["derived"]["prefactor"] == "3/2"


def test_verdicts_of_true_toys():
    assert set(TABLE.verdicts) <= {"agrees", "agrees in window"}
    for row in TABLE.rows[:2]:
        pull = (row.observed.exponent - row.exact.exponent) / row.observed.standard_error
        assert abs(pull) < 4


def test_exact_in_window_is_the_same_fit_to_the_exact_curve():
    from sims import fit

    seen = SEEN[0]
    errors = seen.exact * seen.standard_errors / seen.means
    expected = fit(seen.sizes["N"], seen.exact, errors, corrections=[1], certain=True).exponent
    assert TABLE.rows[0].exact.exponent == pytest.approx(expected, rel=1e-9, abs=0)


def test_deterministic_rows_have_no_errors():
    row = TABLE.rows[2]
    assert row.standard_errors is None
    assert row.observed.standard_error is None
    assert row.observed.interval is None
    assert row.verdict == "agrees in window"
    assert "(no noise)" in TABLE.render("text", wide=True)


def test_a_wrong_toy_disagrees():
    class Off(Bernoulli):
        """A coin whose exact value and simulation are of another exponent."""

        def simulate_moments(self, rng, replicates):
            moments = super().simulate_moments(rng, replicates)
            return type(moments)(moments.count, moments.mean * self.N**0.05, moments.m2)

    row = judge(Sweep(Off(p=0.3), {"N": [16, 32, 64, 128, 256, 512]}, 20_000, 4).run()).row
    assert row.verdict == "disagrees"


def test_corrections_may_be_theorys_none_or_given():
    theory, none, given, unknown = (
        judge(replace(SEEN[0], sweep=replace(SEEN[0].sweep, correction=correction))).row.observed
        for correction in ("theory", "none", [0.5, 1], "unknown")
    )
    assert [term.exponent for term in theory.correction] == [1]
    assert none.correction == []
    assert theory.form == "power; w = 1; floor zero"
    assert none.form == "power; none; floor zero"
    assert given.form == "power; w = 0.5, w = 1; floor zero"
    assert unknown.form == "power; averaged; floor zero"
    assert none.standard_error < theory.standard_error < unknown.standard_error


def test_few_replicates_are_flagged():
    row = judge(Sweep(Bernoulli(p=0.3), {"N": [16, 32, 64, 128, 256, 512]}, 10, 2).run()).row
    assert "fewer than 30 replicates" in row.observed.flags
    assert row.verdict == "inconclusive"


def test_the_json_is_its_schema():
    schema = TableRecord.model_json_schema()
    assert schema["properties"]["schema"]["const"] == 1
    assert set(schema["required"]) >= {"toylaws", "suite", "seed", "rows"}
    again = TableRecord.model_validate_json(TABLE.render("json"))
    assert again == TABLE.record
    assert ExponentTable(again.rows, again.suite, again.seed).render("json") == TABLE.render("json")


def test_every_format():
    text = TABLE.render(wide=True)
    assert text.splitlines()[0].split()[:3] == ["toy", "parameters", "sampler"]
    assert TABLE.render().splitlines()[0].split()[:3] == ["what", "varies", "observed"]
    markdown = TABLE.render("markdown")
    assert markdown.count("\n") == 4
    assert "`gaussian_mean`" in markdown
    latex = TABLE.render("latex")
    assert latex.startswith("\\begin{tabular}")
    assert "gaussian\\_mean" in latex
    assert "±" not in latex
    rows = list(csv.DictReader(io.StringIO(TABLE.render("csv"))))
    assert float(rows[0]["observed"]) == TABLE.rows[0].observed.exponent
    assert rows[0]["parameters"] == "p=0.3; pseudocount=0.5"
    with pytest.raises(BadInput, match="unknown format 'jsn'; did you mean 'json'"):
        TABLE.render("jsn")


def test_a_grid_makes_no_row():
    from sims.tables.judged import only_axis

    class Two:
        sizes = {"N": None, "D": None}

    with pytest.raises(BadInput, match="one axis, not 2"):
        only_axis(Two())


def test_a_link_outside_its_domain_is_refused():
    class Slipped(Bernoulli):
        """Links the interior law at the boundary."""

        def derivation(self, axis):
            return "bernoulli.data"

    with pytest.raises(BadInput, match="p = 1.0 is outside 0 < p < 1"):
        judge(Sweep(Slipped(p=1), {"N": [1, 2, 3, 4, 5, 6]}, 10, 1).run())


# ---- suites ----------------------------------------------------------------------------------


def test_every_toy_has_a_row_from_its_mechanism():
    from toys import classes

    sweeps = [*load_suite("core").sweeps(), *load_suite("sources").sweeps()]
    for name, toy in classes().items():
        rows = [s.toy for s in sweeps if s.toy.name == name]
        assert any(getattr(row, "sampler", None) not in toy.shortcuts for row in rows), name
    assert suite_names() == ["core", "figures", "sources"]


def test_a_suite_of_the_users_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[row]]\ntoy = "bernoulli"\nparameters = { p = 0.2 }\nsampler = "counts"\n'
        'over = "N=10:1000:6"\nreplicates = 1000\nblocks = 2\ncorrection = "none"\n'
    )
    suite = load_suite(str(path))
    assert suite.name == "mine"
    sweep = suite.sweeps(seed=3)[0]
    assert (sweep.correction, sweep.floor) == ("none", "theory")
    assert sweep.toy.p == 0.2
    assert sweep.seed == 3
    assert np.all(np.diff(sweep.run().sizes["N"]) > 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "row"),
        ("[[row]\n", "is not TOML"),
        (
            '[[row]]\ntoy = "bernouli"\nover = "N=1,2,3"\n',
            "row 1: unknown toy 'bernouli'; did you mean",
        ),
        ('[[row]]\ntoy = "bernoulli"\nover = "M=1,2,3"\n', "unknown size axis"),
        (
            '[[row]]\ntoy = "bernoulli"\nover = "N=1,2,3"\nreplicate = 3\n',
            "row 1, replicate = 3: there is no such key",
        ),
        (
            '[[row]]\ntoy = "bernoulli"\nover = "N=1,2,3"\nparameters = {p = 2}\n',
            "p = 2 is not allowed",
        ),
        ('[[row]]\ntoy = "bernoulli"\nover = "N=1,2,3"\nsampler = "toses"\n', "mean 'tosses'"),
        ('name = "x"\n[[row]]\ntoy = "bernoulli"\nover = "N=1,2,3"\n', "name"),
        ('[[row]]\ntoy = "os:system"\nover = "N=1,2,3"\n', "unknown toy 'os:system'"),
    ],
)
def test_bad_suites_are_refused(tmp_path, text, message):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        load_suite(str(path)).sweeps()


def test_unknown_suites():
    with pytest.raises(BadInput, match="unknown suite 'cor'; did you mean 'core'"):
        load_suite("cor")
    with pytest.raises(BadInput, match="cannot read the suite"):
        load_suite("nowhere/none.toml")


def test_a_data_frame_has_a_row_each():
    pytest.importorskip("pandas")
    frame = TABLE.to_frame()
    assert list(frame["toy"]) == [row.toy for row in TABLE.rows]
    assert list(frame["observed.exponent"]) == [row.observed.exponent for row in TABLE.rows]
    assert frame["verdict"].iloc[2] == "agrees in window"


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"toylaws\[pandas\]"):
        TABLE.to_frame()
