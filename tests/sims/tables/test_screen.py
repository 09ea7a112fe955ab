"""Tables in a terminal: no line is longer than it is wide, no word is cut, rows come as judged."""

import csv
import io
import json
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from sims import ExponentTable, Sweep, load_suite, table_of
from sims.engine.run import count_blocks, finished_in_order
from sims.progress import Bar
from sims.tables import cells
from sims.tables.judged import judge
from sims.tables.row import Row
from sims.tables.screen import Screen
from sims.tables.setting import claims_of, groups, setting_of, told_apart
from sims.tables.theory import theory_of
from toys import Bernoulli, Capacity, GaussianMean

WIDTHS = (80, 100, 120, 200)
SIZES = {"N": [16, 32, 64, 128, 256, 512]}


def row(**changes):
    """A row as a table has it, without a simulation."""
    seen = {
        "exponent": 0.999301, "standard_error": 0.00037, "inflation": 1.0, "interval": (0.9985, 1.0001),
        "prefactor": 0.5, "floor": 0.0, "correction": [], "form": "power; w = 1; floor zero",
        "assumed_corrections": [1.0], "assumed_floor": "zero", "chi2": 3.0, "dof": 4,
        "p_value": 0.5, "window": (16, 4096), "places": None, "flags": [],
    }  # fmt: skip
    seen.update({key: changes.pop(key) for key in set(seen) & set(changes)})
    whole = {
        "toy": "bernoulli", "parameters": {"p": 0.3, "pseudocount": 0.5}, "given": [],
        "sampler": "tosses", "axis": "N", "unit": "tosses", "quantity": "excess log loss, nats",
        "replicates": 10, "blocks": 2, "sizes": [16, 4096], "means": [0.1, 0.01],
        "standard_errors": [0.01, 0.001], "observed": seen, "exact": {"exponent": 0.999561},
        "derived": {
            "kind": "power", "exponent": "1", "value": 1.0, "prefactor": "1/2",
            "prefactor_value": 0.5, "derivation": "bernoulli.data",
        },
        "claimed": [], "verdict": "agrees",
    }  # fmt: skip
    return Row.model_validate({**whole, **changes})


def rows_of(suite):
    """The rows of a suite as they would stand, each with the longest cells there may be."""
    made = []
    for i, sweep in enumerate(load_suite(suite).sweeps()):
        (axis,) = sweep.sizes
        setting = setting_of(sweep, axis, theory_of(sweep.toy, axis))
        verdict = ("agrees in window", "not a power law", "inconclusive", "disagrees")[i % 4]
        fields = {name: getattr(setting, name) for name in vars(setting)}
        fields["derived"] = setting.derived and setting.derived.model_dump()
        fields["claimed"] = [claim.model_dump() for claim in setting.claimed]
        made.append(row(**fields, exponent=-1.000011, standard_error=3.4e-5, verdict=verdict))
    return made


def words(text):
    return re.findall(r"\S+", text)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("suite", ["core", "sources"])
def test_no_line_is_too_long_and_no_word_is_cut(suite, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = rows_of(suite)
    text = ExponentTable(rows).render()
    assert max(map(cell_len, text.splitlines())) <= columns
    assert not any(line != line.rstrip() for line in text.splitlines())
    whole = set(words(text))
    for one in rows:
        for cell in (cells.observed(one), cells.derived(one.derived), one.verdict, one.toy):
            assert set(words(cell)) <= whole, cell
    for group in groups(rows):
        told = told_apart([rows[i] for i in group])
        for cell in (*told.rows, told.common, told.unless_said):
            assert set(words(cell)) <= whole, cell


def test_what_is_told_of_rows():
    group = [
        row(parameters={"p": 0.3, "k": 1.0, "d": 2}, given=["d"]),
        row(parameters={"p": 0.3, "k": 2.0, "d": 2}, given=["d", "k"], sampler="counts"),
        row(parameters={"p": 0.1, "k": 3.0, "d": 2}, given=["d", "k", "p"]),
    ]
    told = told_apart(group)
    assert told.rows == ["k=1, tosses", "k=2, counts", "p=0.1, k=3, tosses"]
    assert (told.common, told.unless_said) == ("d=2", "p=0.3")
    (alone,) = told_apart(group[2:]).rows
    assert alone == "p=0.1, k=3, d=2, tosses"
    assert told_apart([row(sampler=None)]).rows == ["as it is"]


def test_a_claim_of_some_rows_says_which():
    one, other = (
        {"source": name, "reference": name, "value": value, "status": "holds"}
        for name, value in (("A", "1/d"), ("B", "2/d"))
    )
    group = [
        row(parameters={"loss": "absolute", "d": 1}, claimed=[one]),
        row(parameters={"loss": "squared", "d": 1}, claimed=[one, other]),
        row(parameters={"loss": "squared", "d": 2}, claimed=[one, other]),
    ]
    assert claims_of(group) == ["1/d: A (holds)", "2/d: B (holds) where loss=squared"]
    assert claims_of(group[1:]) == ["1/d: A (holds)", "2/d: B (holds)"]
    assert claims_of([*group, group[0], row(parameters={"loss": "squared", "d": 2})])[1] == (
        "2/d: B (holds) for some of the rows"
    )


@pytest.mark.parametrize(
    ("changes", "observed", "exact"),
    [
        ({}, "0.99930(37)", "0.99956"),
        ({"standard_error": None, "standard_errors": None}, "0.999301", "0.999561"),
        ({"standard_error": None, "places": 4}, "0.9993", "0.9996"),
        ({"verdict": "not a power law"}, "none", ""),
        ({"flags": ["the model does not fit: p < 1e-06"]}, "p < 1e-6", ""),
        ({"exact": None}, "0.99930(37)", ""),
    ],
)
def test_what_the_data_reject_is_not_printed(changes, observed, exact):
    one = row(**changes)
    assert (cells.observed(one), cells.exact(one)) == (observed, exact)
    text = ExponentTable([one]).render()
    assert ("0.9993" in text) is (observed != "none" and observed != "p < 1e-6")


def test_the_closing_counts_verdicts_and_resolves_sources(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    claim = {"source": "Cho2020", "reference": "K. Cho, A title", "value": "1", "status": "wrong"}
    text = ExponentTable([row(), row(verdict="disagrees"), row(claimed=[claim])]).render()
    assert "3 rows: 2 agrees, 1 disagrees" in text
    assert re.search(r"^Cho2020 +K. Cho, A title$", text, re.MULTILINE)
    assert re.search(r"^agrees +derived is within 3 standard errors", text, re.MULTILINE)
    assert "inconclusive" not in text  # only words that occur are explained


def printed(color_system, **options):
    console = Console(
        file=io.StringIO(), width=100, color_system=color_system, force_terminal=True,
        highlight=False, **options,
    )  # fmt: skip
    screen = Screen([row()], console)
    screen.show(0, row())
    return console.file.getvalue()


def test_colours_only_where_they_are_wanted():
    assert "\x1b[32m" in printed("standard")
    assert "\x1b[3" not in printed("standard", no_color=True)
    assert "\x1b" not in ExponentTable([row()]).render()


SWEEPS = [
    Sweep(Bernoulli(p=0.3), SIZES, 2000, 2),
    Sweep(GaussianMean(), {"N": [4, 8, 16, 32, 64, 128]}, 2000, 2),
    Sweep(Bernoulli(p=0.1), SIZES, 2000, 2),
]


def test_sweeps_come_in_order_and_as_they_would_together():
    stream = finished_in_order(SWEEPS, Bar(), workers=2)
    seen = [next(stream)]
    assert seen[0].sweep is SWEEPS[0]
    seen += stream
    assert table_of(seen).render("json") == table_of([s.run() for s in SWEEPS]).render("json")


def test_a_block_that_two_sweeps_share_is_counted_once():
    assert count_blocks([SWEEPS[0], SWEEPS[0]]) == count_blocks([SWEEPS[0]]) == 12


@pytest.mark.parametrize("stop", [KeyboardInterrupt, BrokenPipeError])
def test_an_interrupt_of_whoever_reads_keeps_what_is_done(tmp_path, stop):
    """Ctrl-C may strike while a row is judged or printed."""
    from contextlib import closing

    from sims.engine.database import Store

    db = tmp_path / "run.sqlite"

    def read():
        with closing(finished_in_order(SWEEPS, Bar(), workers=1, db=db)) as stream:
            next(stream)
            raise stop

    with pytest.raises(stop):
        read()
    store = Store.open(db, write=False)
    kept = len(store.blocks())
    store.close()
    assert kept >= 12  # the first sweep, and what was under way
    whole = [sweep.run().moments for sweep in SWEEPS]
    assert [s.moments for s in finished_in_order(SWEEPS, Bar(), db=db)] == whole


def test_what_the_row_withholds_the_words_withhold_too():
    """The exponent of a law that is no power law is printed nowhere, even where it could be."""
    judged = judge(
        Sweep(Capacity(growth="exponential"), {"theta": [2, 3, 4, 5, 6, 7]}, 2000, 2).run()
    )
    assert judged.verdict == "not a power law"
    assert judged.text.startswith("exponent   none: ")
    assert "prefactor" not in judged.text
    assert "theta" in judged.text
    (cells_of_csv,) = csv.DictReader(io.StringIO(ExponentTable([judged.row]).render("csv")))
    assert cells_of_csv["observed"] == cells_of_csv["standard_error"] == ""


def test_a_fit_without_noise_has_no_errors():
    judged = judge(Sweep(Bernoulli(p=1, pseudocount=1), SIZES, 1, 1).run())
    assert "no noise" in judged.text
    assert "±" not in judged.text


def test_a_judged_sweep_is_one_record(monkeypatch):
    """Theory is asked once, the fit is made once, and what is printed asks neither again."""
    import sims.tables.judged as module

    calls = []
    monkeypatch.setattr(module, "theory_of", lambda *a: calls.append("theory") or theory_of(*a))
    fit = module.fit
    monkeypatch.setattr(module, "fit", lambda *a, **k: calls.append("fit") or fit(*a, **k))
    sweep = Sweep(Capacity(growth="exponential"), {"theta": [2, 3, 4, 5, 6, 7]}, 2000, 2)
    judged = judge(sweep.run())
    assert calls == ["theory", "fit"]
    monkeypatch.setattr("symbolic.get", None)
    table = ExponentTable([judged.row])
    again = [Row.model_validate(one) for one in json.loads(table.render("json"))["rows"]]
    for form in ("text", "markdown", "latex", "csv"):
        assert table.render(form) == ExponentTable(again).render(form)
        assert table.render(form, wide=True) == ExponentTable(again).render(form, wide=True)
    assert "exponential" in table.render()
    assert calls == ["theory", "fit"]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize(
    "arguments",
    [
        ("list",), ("show", "nearest_neighbor"), ("show", "stochastic_descent"),
        ("derive", "bernoulli.data"), ("derive", "fluctuation.interior"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_other_commands_follow_the_width(arguments, columns, monkeypatch, capsys):
    from sims.cli import main

    monkeypatch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == 0
    for line in capsys.readouterr().out.splitlines():
        assert cell_len(line) <= columns or len(line.split()) == 1, line


def test_list_by_family(capsys):
    from sims.cli import main

    with pytest.raises(SystemExit):
        main(["list", "--family", "memory"])
    out = capsys.readouterr().out
    assert "capacity" in out
    assert "bernoulli" not in out
    with pytest.raises(SystemExit) as left:
        main(["list", "--family", "memries"])
    assert left.value.code == 2
    assert "did you mean 'memory'" in capsys.readouterr().err


def test_list_imports_no_toy():
    import subprocess
    import sys

    code = (
        "import sys\nfrom sims.cli import main\n"
        "try:\n    main(['list'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'scipy', 'sympy', 'toys.coins.bernoulli'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "bernoulli" in done.stdout
