"""`toylaws surface` and data frames: what is printed, and one clear error for every bad input."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sims import BadInput
from sims.commands.surface import command
from sims.surface.law import Surface
from sims.surface.report import report_on
from sims.surface.runs import read_runs
from sims.surface.surface_fit import fit_surface
from sims.surface.surface_frames import frontier_frame, surface_from_frame
from sims.surface.text import surface_text

CHINCHILLA = Surface("additive", 406.4, 410.7, 1.69, 0.34, 0.28)
BUDGETS = (6e18, 3e19, 1e20, 6e20, 3e21)
DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "chinchilla_svg_extracted.csv"

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the runs of Hoffmann2022 are not here")


def invoke(*arguments):
    """Standard output of the command; BadInput is raised."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def lines(points=7, noise=0.002):
    """Runs on IsoFLOP lines, as rows of N, D, L."""
    rng = np.random.default_rng(20260101)
    grid = 4.0 ** np.linspace(-1, 1, points)
    sizes = np.concatenate([CHINCHILLA.optimum(c).parameters * grid for c in BUDGETS])
    tokens = np.repeat(BUDGETS, points) / (6 * sizes)
    losses = CHINCHILLA.loss(sizes, tokens) * np.exp(noise * rng.standard_normal(sizes.size))
    return np.column_stack([sizes, tokens, losses])


def write(path, rows, header="N,training tokens,loss"):
    path.write_text("\n".join([header, *(",".join(f"{x:.12g}" for x in row) for row in rows)]))
    return path


@pytest.fixture
def runs_csv(tmp_path):
    return write(tmp_path / "runs.csv", lines())


COLUMNS = ("--parameters", "N", "--tokens", "training tokens", "--loss", "loss")


def test_text_says_what_a_reader_needs(runs_csv):
    text = invoke(runs_csv, *COLUMNS, "--bootstrap", 100, "--at", 1e24, "--at", "5e23")
    for word in (
        "runs.csv: 35 runs", "law          additive: E + A/N^alpha", "huber, delta 0.001",
        "irreducible loss", "a = beta/(alpha + beta)", "±", "95 %", "100 resamples", "seed 0",
        "6e+18", "3e+21", "1e+24", "5e+23", "where the runs are, it is extrapolated",
        "minima of IsoFLOP parabolas (approach 2)", "N* = ",
    ):  # fmt: skip
        assert word in text, word
    assert "flag" not in text


def test_json_holds_the_fit_and_is_reproducible(runs_csv):
    arguments = (runs_csv, *COLUMNS, "--bootstrap", 50, "--seed", 3, "--format", "json")
    first = invoke(*arguments, "--at", 1e24)
    assert invoke(*arguments, "--at", 1e24) == first
    record = json.loads(first, parse_constant=pytest.fail)
    fit = fit_surface(*lines().T)
    assert record["runs"] == 35
    assert record["left_out"] == 0
    assert record["bootstrap"] == {"repeats": 50, "seed": 3}
    assert record["objective_value"] == pytest.approx(fit.objective_value, rel=1e-6, abs=0)
    resampled = fit.bootstrap(50, 3)
    for name in ("A", "B", "E", "alpha", "beta"):
        constant = record["constants"][name]
        assert constant["value"] == pytest.approx(getattr(fit, name), rel=1e-6, abs=0)
        assert constant["standard_error"] == pytest.approx(
            resampled.standard_errors[name], rel=1e-4, abs=0
        )
        assert constant["interval"][0] < constant["interval"][1]
    assert record["constants"]["a"]["value"] == pytest.approx(
        fit.beta / (fit.alpha + fit.beta), rel=1e-6, abs=0
    )
    assert [point["flop"] for point in record["frontier"]] == pytest.approx(
        [*BUDGETS, 1e24], rel=1e-9, abs=0
    )
    assert [point["extrapolated"] for point in record["frontier"]] == [False] * 5 + [True]
    for point in record["frontier"]:
        best = fit.surface.optimum(point["flop"])
        assert point["tokens"]["value"] == pytest.approx(float(best.tokens), rel=1e-6, abs=0)
        assert point["loss"]["interval"][0] < point["loss"]["interval"][1]
    assert len(record["isoflop"]["minima"]) == 5
    assert record["compared"] is None
    assert record["flags"] == []


def test_without_resamples_errors_are_null_and_text_says_so(runs_csv):
    record = json.loads(invoke(runs_csv, *COLUMNS, "--bootstrap", 0, "--format", "json"))
    assert record["bootstrap"] is None
    assert record["constants"]["A"]["standard_error"] is None
    assert record["frontier"][0]["parameters"]["interval"] is None
    text = invoke(runs_csv, *COLUMNS, "--bootstrap", 0)
    assert "no resamples were asked for" in text
    assert "D*/N*" in text


def test_compute_in_place_of_tokens(tmp_path, runs_csv):
    rows = lines()
    rows[:, 1] *= 6 * rows[:, 0]
    path = write(tmp_path / "flop.csv", rows, "N,training FLOP,loss")
    seen = read_runs(str(path), parameters="N", flop="training FLOP", loss="loss")
    other = read_runs(str(runs_csv), parameters="N", tokens="training tokens", loss="loss")
    assert seen.tokens == pytest.approx(other.tokens, rel=1e-10, abs=0)
    assert seen.flop == pytest.approx(np.repeat(BUDGETS, 7), rel=1e-10, abs=0)
    assert "tokens D = C/(6 N)" in seen.origin


def test_runs_above_a_loss_are_left_out_and_counted(runs_csv):
    losses = np.sort(lines()[:, 2])
    limit = (losses[-3] + losses[-4]) / 2
    text = invoke(runs_csv, *COLUMNS, "--bootstrap", 0, "--max-loss", limit)
    assert f"32 runs; 3 of 35 runs above {limit:g} left out" in text


@pytest.mark.parametrize("form", ["additive", "bracket"])
def test_all_forms_are_compared_and_the_best_predictor_is_reported(form, tmp_path):
    rows, noise = lines(noise=0), lines()[:, 2] / lines(noise=0)[:, 2]
    truth = Surface(form, 406.4, 410.7, 1.69, 0.34, 0.28)
    rows[:, 2] = truth.loss(rows[:, 0], rows[:, 1]) * noise
    path = write(tmp_path / "forms.csv", rows)
    arguments = (path, *COLUMNS, "--form", "all", "--objective", "squares", "--bootstrap", 0)
    record = json.loads(invoke(*arguments, "--format", "json"))
    scores = record["compared"]
    assert record["form"] == scores[0]["form"]
    assert scores == sorted(scores, key=lambda score: score["held_out"])
    assert {score["form"] for score in scores} == {"additive", "bracket", "mean"}
    assert scores[-1]["form"] not in (form, "mean")
    assert scores[-1]["held_out"] > 1.5 * scores[0]["held_out"]
    text = invoke(*arguments)
    assert "held out" in text
    assert f"law          {record['form']}: " in text


def test_a_zero_floor_is_said_and_has_no_error(runs_csv):
    text = invoke(runs_csv, *COLUMNS, "--floor", "zero", "--bootstrap", 20)
    assert "E            0   irreducible loss, taken to be zero" in text
    record = json.loads(
        invoke(
            runs_csv, *COLUMNS, "--floor", "zero", "--form", "mean", "--bootstrap", 20,
            "--format", "json",
        )
    )  # fmt: skip
    assert record["constants"]["E"] == {"value": 0.0, "standard_error": None, "interval": None}
    assert record["constants"]["q"]["value"] > 0


def test_runs_off_the_lines_have_no_parabolas_and_the_reason_is_given(tmp_path):
    rng = np.random.default_rng(20260101)
    sizes, tokens = 10 ** rng.uniform(7, 10, 40), 10 ** rng.uniform(9, 11, 40)
    noise = np.exp(0.002 * rng.standard_normal(40))
    rows = np.column_stack([sizes, tokens, CHINCHILLA.loss(sizes, tokens) * noise])
    path = write(tmp_path / "scattered.csv", rows)
    text = invoke(path, *COLUMNS, "--bootstrap", 0)
    assert "IsoFLOP parabolas (approach 2): none; " in text
    assert "\n1e+19 " in text  # the decades of the data stand in for their budgets
    record = json.loads(invoke(path, *COLUMNS, "--bootstrap", 0, "--format", "json"))
    assert record["isoflop"] is None
    assert record["no_isoflop_because"]


def test_flags_are_printed(tmp_path):
    path = write(tmp_path / "few.csv", lines()[::5])
    assert "flag         7 runs for 5 constants" in invoke(path, *COLUMNS, "--bootstrap", 0)


def test_figures_are_written(runs_csv, tmp_path):
    folder = tmp_path / "new" / "figures"
    invoke(runs_csv, *COLUMNS, "--bootstrap", 20, "-o", folder)
    names = ["frontier.png", "isoflop.png", "residuals.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    bare = tmp_path / "bare"
    invoke(runs_csv, *COLUMNS, "--bootstrap", 0, "-o", bare)
    assert sorted(path.name for path in bare.iterdir()) == names[1:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--parameters", "N", "--tokens", "D", "--loss", "los"), "unknown column of .* 'D'"),
        (("--parameters", "N", "--tokens", "training token", "--loss", "loss"),
         "did you mean 'training tokens'"),
        (("--parameters", "N", "--loss", "loss"), "neither given: exactly one column is needed"),
        ((*COLUMNS, "--flop", "C"), "tokens 'training tokens' and flop 'C' given"),
        (("--parameters", "N", "--tokens", "N", "--loss", "loss"), "serves two purposes"),
        ((*COLUMNS, "--form", "bracked"), "unknown form 'bracked'; did you mean 'bracket'"),
        ((*COLUMNS, "--objective", "hubert"), "did you mean 'huber'"),
        ((*COLUMNS, "--floor", "fre"), "did you mean 'free'"),
        ((*COLUMNS, "--format", "xml"), "unknown format 'xml'"),
        ((*COLUMNS, "--at", "-1"), "at = -1 is not allowed"),
        ((*COLUMNS, "--at", "nan"), "at = nan is not allowed"),
        ((*COLUMNS, "--max-loss", "0.5"), "max_loss = 0.5 leaves no run: the smallest loss is"),
        ((*COLUMNS, "--max-loss", "-1"), "max_loss = -1 is not allowed"),
        ((*COLUMNS, "--bootstrap", "1"), "repeats = 1 is not allowed"),
    ],
)  # fmt: skip
def test_bad_options(runs_csv, arguments, message):
    with pytest.raises(BadInput, match=message):
        invoke(runs_csv, *arguments)


def test_errors_name_the_line(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("N,training tokens,loss\n1e8,1e9,3\n1e8,-2e9,3\n")
    with pytest.raises(BadInput, match=r"bad.csv, line 3: training tokens = -2e9 is not allowed"):
        invoke(path, *COLUMNS)
    with pytest.raises(BadInput, match="no such file"):
        invoke(tmp_path / "none.csv", *COLUMNS)


def test_a_folder_that_cannot_be_made_is_refused_before_the_fit(runs_csv):
    with pytest.raises(BadInput, match="cannot make the folder"):
        invoke(runs_csv, *COLUMNS, "-o", runs_csv / "figures")


def test_help_teaches_and_loads_nothing_heavy():
    code = (
        "import sys; from click.testing import CliRunner\n"
        "from sims.commands.surface import command\n"
        "out = CliRunner().invoke(command, ['--help']).output\n"
        "assert out.count('toylaws surface ') == 2, out\n"
        "heavy = {'numba', 'scipy', 'sympy', 'numpy', 'matplotlib', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@needs_data
def test_the_runs_of_hoffmann2022():
    """Quoted names with spaces; the constants are those of fitting.md, section 4."""
    record = json.loads(
        invoke(
            DATA, "--parameters", "Model Size", "--flop", "Training FLOP", "--loss", "loss",
            "--max-loss", 3.43, "--bootstrap", 0, "--format", "json",
        )
    )  # fmt: skip
    assert (record["runs"], record["left_out"]) == (240, 5)
    assert record["objective_value"] == pytest.approx(0.00101827401780, rel=1e-9, abs=0)
    constants = {name: item["value"] for name, item in record["constants"].items()}
    assert constants["E"] == pytest.approx(1.817218, rel=0, abs=5e-7)
    assert constants["a"] == pytest.approx(0.513900, rel=0, abs=5e-7)


# ---- data frames -----------------------------------------------------------------------------


@pytest.fixture
def frame():
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(lines(), columns=["N", "D", "loss"])


def test_a_frame_gives_the_fit_of_its_columns(frame):
    fit = surface_from_frame(frame, parameters="N", tokens="D", loss="loss")
    assert fit.alpha == fit_surface(*lines().T).alpha
    frame["C"] = 6 * frame["N"] * frame["D"]
    other = surface_from_frame(
        frame, parameters="N", flop="C", loss="loss", objective="squares", max_loss=3.1
    )
    assert other.objective == "squares"
    assert other.residuals.size == (frame["loss"] <= 3.1).sum()


def test_the_frontier_as_a_frame(frame):
    fit = surface_from_frame(frame, parameters="N", tokens="D", loss="loss")
    seen = frontier_frame(fit, [1e20, 1e24])
    band = fit.frontier(np.array([1e20, 1e24])).tokens
    assert list(seen.columns) == [
        "flop", "parameters", "parameters_low", "parameters_high", "tokens", "tokens_low",
        "tokens_high", "loss", "loss_low", "loss_high",
    ]  # fmt: skip
    assert seen["tokens_high"].tolist() == band.high.tolist()
    assert (seen["loss_low"] < seen["loss"]).all()


@pytest.mark.parametrize(
    ("change", "columns", "message"),
    [
        (lambda f: f, {"parameters": "n_", "tokens": "D"}, "unknown column of the data frame 'n_'"),
        (lambda f: f, {"parameters": "N"}, "exactly one column is needed"),
        (lambda f: f.assign(D=-f["D"]), {"parameters": "N", "tokens": "D"}, "column 'D', row 0: -"),
        (lambda f: f.assign(D="many"), {"parameters": "N", "tokens": "D"}, "'D' .* is not numeric"),
        (lambda f: f.set_axis(["N", "N", "loss"], axis=1), {"parameters": "N", "tokens": "N"},
         "occurs twice"),
    ],
)  # fmt: skip
def test_bad_frames(frame, change, columns, message):
    with pytest.raises(BadInput, match=message):
        surface_from_frame(change(frame), loss="loss", **columns)


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    fit = fit_surface(*lines().T)
    with pytest.raises(ImportError, match=r'pip install "toylaws\[pandas\]"'):
        frontier_frame(fit, [1e20])


def test_the_report_in_words_is_the_same_from_python(runs_csv):
    runs = read_runs(str(runs_csv), parameters="N", tokens="training tokens", loss="loss")
    text = surface_text(report_on(runs, repeats=20))
    assert text in invoke(runs_csv, *COLUMNS, "--bootstrap", 20)
