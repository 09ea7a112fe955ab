"""The command line: exit codes, one-line errors, resuming after SIGKILL."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sims.cli import main

ROOT = Path(__file__).parents[3]


@pytest.fixture
def toylaws(capsys, monkeypatch, tmp_path):
    """Run a command in an empty folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


SMALL = ["--over", "N=16,32,64,128,256,512", "--replicates", "2000", "--blocks", "2"]


def test_list_show_and_derive(toylaws):
    code, out, _ = toylaws("list")
    assert code == 0
    assert "[N (tosses)]" in out
    code, out, _ = toylaws("show", "gaussian_mean")
    assert code == 0
    for word in ("sigma", "1 <= d <= 1000000", "short-cuts: sufficient statistic", "gaussian.data"):
        assert word in out
    code, out, _ = toylaws("derive", "gaussian.data")
    assert code == 0
    assert "proved; checked to" in out


def test_derive_in_every_format(toylaws):
    code, out, _ = toylaws("derive", "gaussian.data", "--format", "json")
    assert code == 0
    (record,) = json.loads(out)["derivations"]
    assert record["proved"]
    assert record["law"]["exponent"] == "1"
    code, out, _ = toylaws("derive", "gaussian.data", "--format", "latex")
    assert out.startswith(r"\documentclass")
    assert out.rstrip().endswith(r"\end{document}")
    code, out, _ = toylaws("derive", "gaussian.data", "--format", "markdown")
    assert out.startswith("## gaussian.data")
    values = "N=1000,d=3,sigma=0.5"
    code, out, _ = toylaws("derive", "gaussian.data", "--at", values)
    assert out.rstrip() == (
        f"at {values}: the law gives 0.00075; exponent 1; prefactor 0.75; the exact loss is 0.00075"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["bernoulli.data", "--at", "p=0.3,pseudocount=0,N=10"],  # the exact loss is infinite
        ["bernoulli.data", "--at", "p=0.3,pseudocount=0.5,N=1e15"],  # a sum of 1e15 terms
        ["regression.least_squares", "--at", "N=100,p=99,sigma=1"],  # a pole
        ["regression.least_squares", "--at", "N=10,p=100,sigma=1"],  # outside N > p + 1
    ],
)
def test_where_there_is_no_exact_loss_the_law_alone_is_printed(toylaws, arguments):
    code, out, err = toylaws("derive", *arguments)
    assert code == 0, err
    assert "the law gives" in out
    assert "exact" not in out


def test_a_derivation_of_the_users_own(toylaws, tmp_path):
    guide = Path(__file__).parents[3] / "docs" / "ADDING_A_DERIVATION.md"
    (block,) = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "uniform.py").write_text(block)
    code, out, err = toylaws("derive", "uniform:end")
    assert code == 0, err
    assert "This derivation is proved." in out
    (tmp_path / "slip.py").write_text(block.replace("N, 3, 1 / N - 1 / N**2", "N, 3, 1 / N"))
    code, out, _ = toylaws("derive", "slip:end")
    assert code == 1
    assert "This derivation FAILED." in out


def test_run_prints_row_and_fit(toylaws):
    code, out, err = toylaws("run", "bernoulli", "--p", "0.2", "--sampler=counts", *SMALL)
    assert code == 0
    assert "p=0.2" in out
    assert "exponent" in out
    assert "--db" in err
    code, out, _ = toylaws("run", "gaussian_mean", "--d", "2", *SMALL, "--format", "json")
    assert json.loads(out)["rows"][0]["parameters"]["d"] == 2


def test_the_fit_is_written_in_the_letter_of_the_axis(toylaws):
    few = ["--replicates", "2000", "--blocks", "2"]
    code, out, _ = toylaws("run", "nearest_neighbor", "--over", "D=64:1e5:8", *few)
    assert code == 0
    for part in ("c D^-a", "(D/64)^-", "window D ≥ 64", "log D"):
        assert part in out
    assert not re.search(r"\bN\b", out)
    code, out, _ = toylaws("run", "morris_counter", "--over", "a=4:256:7", *few)
    assert code == 0
    assert "c N^-a" in out  # where c a^-a would say something else
    assert out.rstrip().endswith("size       N stands for a")


def test_upper_and_lower_case_options_are_told_apart(toylaws, tmp_path):
    (tmp_path / "cased.py").write_text(
        "from typing import Annotated\nimport numpy as np\nfrom pydantic import Field\n"
        "from toys import Size, Toy\n\n\nclass Cased(Toy):\n    '''Two letters.'''\n"
        "    d: Annotated[int, Field(ge=1)] = 1\n"
        "    D: Annotated[int, Field(ge=1)] = 1\n"
        "    N: Annotated[int, Size('draws'), Field(ge=1)] = 1\n"
        "    @property\n    def quantity(self): return 'loss'\n"
        "    @property\n    def source(self): return 'nobody, nowhere'\n"
        "    def simulate(self, rng, replicates):\n"
        "        return rng.exponential(self.d / self.N, size=replicates)\n"
    )
    code, out, err = toylaws(
        "run", "cased:Cased", "--d", "3", "--D", "5", "--over", "N=16:65536:9",
        "--replicates", "300000", "--blocks", "1", "--format", "json",
    )  # fmt: skip
    assert code == 0, err
    row = json.loads(out)["rows"][0]
    assert row["parameters"] == {"d": 3, "D": 5}
    assert row["verdict"] == "underived"


BAD = [
    (["run", "bernoulli", "--p", "1.5", *SMALL], "p = 1.5 is not allowed (allowed: 0 <= p <= 1)"),
    (["run", "bernoulli", "--over", "N=0,1,2"], "N = 0 is not allowed"),
    (["run", "gaussian_mean", "--d", "-1", *SMALL], "d = -1 is not allowed"),
    (["run", "bernoulli", "--over", "N=inf"], "N = inf is not finite"),
    (["run", "bernoulli", "--over", "N=8,8,9"], "size N = 8 is repeated"),
    (["run", "bernouli", *SMALL], "did you mean 'bernoulli'"),
    (["run", "bernoulli", "--over", "M=1,2,3"], "unknown size axis of bernoulli 'M'"),
    (["run", "bernoulli", "--sampler", "toses", *SMALL], "did you mean 'tosses'"),
    (["run", "bernoulli", "--q", "1", *SMALL], "unknown option for bernoulli '--q'"),
    (["run", "bernoulli", "--p", "0.1", "--p", "0.2", *SMALL], "--p is given twice"),
    (["run", "bernoulli", *SMALL, "--p"], "--p needs a value"),
    (
        ["run", "nearest_neighbor", "--over", "D=1e3,1e4", "--over", "d=1,2"],
        "--over is given 2 times (D=1e3,1e4, d=1,2), but a row needs one size axis",
    ),
    (["run", "bernoulli", *SMALL, "--seed", "1", "--seed=2"], "--seed is given 2 times"),
    (["table", "core", "--workers", "1", "--workers", "2"], "--workers is given 2 times"),
    (["derive", "--all", "--format", "json", "--format", "text"], "--format is given 2 times"),
    (["plot", "none.sqlite", "-o", "a", "--output", "b"], "--output is given 2 times"),
    (["run", "bernoulli", "--p", "abc", *SMALL], "p = 'abc' is not a number"),
    (["run", "bernoulli", *SMALL, "--format", "jsn"], "did you mean 'json'"),
    (["run", "bernoulli", "--over", "N=1,2,3", "--replicates", "1.5"], "replicates = 1.5"),
    (["run", "bernoulli"], "Missing option '--over'"),
    (["run", "nowhere:Toy", *SMALL], "cannot use 'nowhere:Toy' as a toy"),
    (["table", "cor"], "did you mean 'core'"),
    (["table", "core", "--output", "no/such/folder/t.txt"], "cannot write no/such/folder/t.txt"),
    (["table", "core", "--db", "no/such/folder/r.sqlite"], "cannot use no/such/folder/r.sqlite"),
    (["tabel"], "did you mean 'table'"),
    (["derive"], "give one name or --all"),
    (["derive", "bernoulli.dat"], "did you mean 'bernoulli.data'"),
    (["derive", "__import__('os')"], "unknown derivation"),
    (["derive", "os:getcwd"], "is not decorated"),
    (["derive", "os:nothing"], "has no function 'nothing'"),
    (["derive", "nowhere:function"], "cannot use 'nowhere:function' as a derivation"),
    (["derive", "gaussian.data", "--format", "tex"], "unknown format 'tex'"),
    (["derive", "gaussian.data", "--at", "N=10,d=1"], "--at needs a value for sigma"),
    (["derive", "gaussian.data", "--at", "N=10,d=1,sigma=-1"], "sigma = -1 is outside"),
    (["derive", "gaussian.data", "--at", "N=0,d=1,sigma=1"], "N = 0 is outside integer N >= 1"),
    (["derive", "gaussian.data", "--at", "N=exp(9),d=1,sigma=1"], "'exp(9)' is not a number"),
    (["derive", "gaussian.data", "--at", "n=10"], "unknown symbol of gaussian.data 'n'"),
    (
        ["derive", "gaussian.data", "--at", "N=1,d=1,sigma=1", "--format", "json"],
        "--at prints text",
    ),
    (["derive", "regression.least_squares", "--at", "N=1e400,p=9,sigma=1"], "N = 1e400"),
    (["derive", "kernel.mixed", "--at", "D=1000,b=2", "--seed", "x"], "--seed"),
    (["derive", "gaussian.data", "--at", "N"], "not of the form name=value"),
    (["derive", "gaussian.data", "--at", "N=1,N=2"], "--at gives N twice"),
    (["derive", "--all", "--at", "N=10"], "--at belongs to one derivation"),
    (["derive", "--all", "gaussian.data"], "give one name or --all"),
    (["derive", "--all", "--workers", "0"], "workers"),
    (["claims", "--source", "Cho2021"], "did you mean 'Cho2020'"),
    (["claims", "--status", "false"], "unknown status 'false'"),
    (["claims", "--toy", "bernouli"], "did you mean 'bernoulli'"),
    (["claims", "--format", "latex"], "unknown format 'latex'"),
    (["claims", "--db", "none.sqlite"], "no such run database"),
    (["fit", "none.csv", "--size", "N", "--loss", "L"], "no such file: none.csv"),
    (["plot", "none.sqlite", "-o", "out"], "no such run database"),
    (["check", "bernouli"], "did you mean 'bernoulli'"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_one_line_and_exit_code_2(toylaws, tmp_path, arguments, message):
    code, out, err = toylaws(*arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_fit_of_the_users_data(toylaws, tmp_path):
    rows = "\n".join(f"{n},{2 / n**0.5},{0.01 / n**0.5}" for n in (1, 2, 4, 8, 16, 32))
    (tmp_path / "data.csv").write_text(f"N,loss,se\n{rows}\n")
    columns = ["data.csv", "--size", "N", "--loss", "loss", "--error", "se"]
    code, out, _ = toylaws("fit", *columns)
    assert code == 0
    assert "exponent   0.500" in out
    code, out, _ = toylaws(
        "fit", *columns, "--floor", "zero", "--correction", "none", "--format", "json"
    )
    assert json.loads(out)["exponent"] == pytest.approx(0.5, rel=0, abs=1e-9)
    code, out, _ = toylaws("fit", *columns, "--correction", "1/2", "--bootstrap", "50")
    assert "bootstrap  0.5" in out
    assert "of 50 intervals cover, seed 0" in " ".join(out.split())
    code, out, _ = toylaws("fit", *columns, "--form", "shifted")
    assert "form       shifted: L = c (N + N0)^-a" in out
    code, out, _ = toylaws("fit", *columns, "--form", "all", "--format", "json")
    assert json.loads(out)["verdict"].startswith("power law")
    code, out, _ = toylaws("fit", *columns, "--floor", "maybe")
    assert "(maybe; weight of a floor" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--floor", "maybee"], "unknown floor 'maybee'; did you mean 'maybe'"),
        (["--floor", "1.5"], "loss = 1.41421 at size 2 is not above the floor 1.5"),
        (["--floor", "-1"], "floor = -1 is not allowed"),
        (["--correction", "1/0"], "--correction '1/0' is not allowed"),
        (["--correction", "half"], "--correction 'half' is not allowed"),
        (["--correction", "-1"], "corrections = [-1.0] is not allowed"),
        (["--form", "exponental"], "unknown form 'exponental'; did you mean 'exponential'"),
        (["--form", "shifted", "--floor", "free"], "are of --form power, not of shifted"),
        (["--bootstrap", "1"], "--bootstrap 1 is not allowed"),
        (["--bootstrap", "10", "--seed", "-1"], "--seed -1 is not allowed"),
        (["--format", "csv"], "unknown format 'csv'"),
    ],
)
def test_bad_options_of_fit(toylaws, tmp_path, options, message):
    rows = "\n".join(f"{n},{2 / n**0.5}" for n in (1, 2, 4, 8, 16, 32))
    (tmp_path / "data.csv").write_text(f"N,loss\n{rows}\n")
    code, out, err = toylaws("fit", "data.csv", "--size", "N", "--loss", "loss", *options)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_output_plot_and_strict(toylaws, tmp_path):
    suite = (
        '[[row]]\ntoy = "bernoulli"\nsampler = "counts"\nover = "N=16:4096:7"\n'
        "replicates = 10000\nblocks = 2\n"
    )
    (tmp_path / "mine.toml").write_text(suite)
    options = [
        "--db",
        "run.sqlite",
        "--output",
        "t.md",
        "--format",
        "markdown",
        "--strict",
        "--verify",
    ]
    code, out, err = toylaws("table", "mine.toml", *options)
    assert code == 0
    assert out == ""
    assert "bernoulli.data: every step holds" in err
    assert (tmp_path / "t.md").read_text().startswith("| toy")
    code, out, _ = toylaws("plot", "run.sqlite", "-o", "figures")
    assert code == 0
    assert (tmp_path / out.strip()).exists()


def test_an_internal_fault_is_exit_code_1(toylaws, monkeypatch):
    monkeypatch.setattr("sims.commands.rows.judge", lambda *_: 1 / 0)
    code, _, err = toylaws("run", "bernoulli", *SMALL)
    assert code == 1
    assert "ZeroDivisionError" in err


def test_no_folder_for_compiled_kernels_names_the_variable_that_says_another(tmp_path):
    """A copy of the packages whose caches cannot be made, nor that of the user."""
    for room in ("toys", "symbolic", "sims"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
        for folder in [tmp_path / room, *(p for p in (tmp_path / room).rglob("*") if p.is_dir())]:
            (folder / "__pycache__").touch()  # no folder can have this name: modes bind no root
    nowhere = f"{os.devnull}/nowhere"
    surroundings = {"PATH": os.environ["PATH"], "HOME": nowhere, "XDG_CACHE_HOME": nowhere}
    for arguments in (["table"], ["show", "bernoulli"], ["run", "adam", "-h"], ["check", "adam"]):
        done = subprocess.run(
            command(*arguments), cwd=tmp_path, env=surroundings, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert "set NUMBA_CACHE_DIR to a writable folder" in done.stderr
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
    writable = {**surroundings, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        command("show", "bernoulli"), cwd=tmp_path, env=writable, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "cache").iterdir())


PLUG_INS = """
from toys import GaussianMean
from pydantic import model_validator

class Raising(GaussianMean):
    'Its validator fails.'
    @model_validator(mode="after")
    def _fail(self):
        return {}["no such key"]
"""


def test_installed_toys_that_are_broken_are_listed_and_refused_in_one_line(tmp_path):
    (tmp_path / "plugged.py").write_text(PLUG_INS)
    record = tmp_path / "plugged-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text(
        "[toylaws.toys]\nraising = plugged:Raising\ngone = no_such_module:Gone\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    def ask(*arguments):
        return subprocess.run(
            command(*arguments), cwd=tmp_path, env=surroundings, capture_output=True, text=True
        )

    done = ask("list")
    assert done.returncode == 0, done.stderr
    assert "bernoulli" in done.stdout
    assert "plugged:Raising could not be loaded: KeyError: 'no such key'" in done.stderr
    assert "no_such_module:Gone could not be loaded: ModuleNotFoundError" in done.stderr
    for arguments in (["show", "raising"], ["run", "raising", *SMALL], ["run", "raising", "-h"],
                      ["check", "raising"], ["show", "plugged:Raising"], ["show", "gone"]):  # fmt: skip
        done = ask(*arguments)
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert "cannot use" in done.stderr
        assert done.stderr.count("\n") == 1


def test_an_interrupt_is_exit_code_130_with_the_way_to_resume(toylaws, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sims.commands.rows.finished_in_order", interrupted)
    code, _, err = toylaws("run", "bernoulli", *SMALL, "--db", "r.sqlite")
    assert code == 130
    assert "Resume with: toylaws run bernoulli" in err


FAULTY = """
from toys import Bernoulli
class Leaves(Bernoulli):
    def simulate(self, rng, replicates):
        raise SystemExit(0)
    def simulate_moments(self, rng, replicates):
        raise SystemExit(0)
class Raises(Bernoulli):
    def simulate_moments(self, rng, replicates):
        raise RuntimeError("boom")
"""


@pytest.mark.parametrize(
    ("toy", "words"),
    [
        ("Leaves", "a fault of the toy leaves: RuntimeError: it tried to leave the program"),
        ("Raises", "a fault of the toy raises: RuntimeError: boom"),
    ],
)
def test_a_toy_that_fails_is_named_in_one_line(toylaws, tmp_path, toy, words):
    (tmp_path / "faulty.py").write_text(FAULTY)
    code, _, err = toylaws("run", f"faulty:{toy}", *SMALL)
    assert code == 1
    assert words in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("parameters = { N = 5 }\nover = 'N=16,32,64'", "parameters has N, but over sweeps N"),
        ("over = 'N=16,32,64'\nreplicates = true", "replicates"),
    ],
)
def test_a_suite_says_nothing_twice_and_counts_in_whole_numbers(toylaws, tmp_path, row, words):
    (tmp_path / "mine.toml").write_text(f"[[row]]\ntoy = 'bernoulli'\n{row}\n")
    code, out, err = toylaws("table", "mine.toml")
    assert (code, out) == (2, "")
    assert words in err


def test_a_seed_that_no_sweep_could_have_is_bad_input_of_check(toylaws):
    code, out, err = toylaws("check", "bernoulli", "--seed", str(2**63))
    assert (code, out) == (2, "")
    assert "--seed" in err


@pytest.mark.parametrize("arguments", [("list",), ("claims",), ("show", "nearest_neighbor")])
def test_a_reader_that_leaves_is_no_failure(arguments):
    """As in `toylaws list | head -1`: the pipe is closed before all is written."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(command(*arguments), stdout=write, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def command(*arguments):
    return [sys.executable, "-c", "from sims.cli import main; main()", *arguments]


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom sims.cli import main\n"
        "for words in (['--help'], ['run', '--help'], ['table', '--help'], ['fit', '--help'],"
        " ['derive', '--help'], ['claims', '--help']):\n"
        "    try:\n        main(words)\n    except SystemExit as stop:\n        assert stop.code == 0\n"
        "heavy = {'numba', 'scipy', 'sympy', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_killed_table_resumes_to_the_same_bytes(tmp_path):
    """SIGKILL half-way; the next run, with other workers, ends as an undisturbed one."""
    suite = tmp_path / "s.toml"
    suite.write_text(
        '[[row]]\ntoy = "bernoulli"\nsampler = "tosses"\nover = "N=64:8192:7"\n'
        "replicates = 20000\nblocks = 10\n"
    )
    undisturbed, resumed, db = (str(tmp_path / name) for name in ("a.json", "b.json", "r.sqlite"))
    base = ["table", str(suite), "--format", "json"]
    subprocess.run(command(*base, "--workers", "2", "--output", undisturbed), check=True)
    process = subprocess.Popen(command(*base, "--workers", "1", "--db", db, "--output", resumed))
    import sqlite3

    done = 0
    deadline = time.monotonic() + 60
    while done < 10 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
        if os.path.exists(db):
            try:
                connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
                done = connection.execute("SELECT count(*) FROM block").fetchone()[0]
                connection.close()
            except sqlite3.Error:
                continue
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not os.path.exists(resumed)
    subprocess.run(command(*base, "--workers", "1", "--db", db, "--output", resumed), check=True)
    with open(undisturbed) as one, open(resumed) as other:
        assert one.read() == other.read()
