"""What an attack found: each is one clear error now, and nothing is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest

from sims import BadInput, Sweep, fit, run_sweeps
from sims.fitting.file_losses import read_losses
from sims.suites.suite import load_suite
from toys import Bernoulli

SUITE = '[[row]]\ntoy = "bernoulli"\nover = "N=16:512:6"\nreplicates = 1000\nblocks = 2\n'


def toylaws(*arguments, cwd):
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    code = "import sys; from sims.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def refused(result, *words):
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr.splitlines()[-1]


def test_an_output_is_no_input_and_no_device(tmp_path):
    suite = tmp_path / "s.toml"
    suite.write_text(SUITE)
    ran = toylaws("table", "s.toml", "--db", "o.sqlite", cwd=tmp_path)
    assert ran.returncode == 0
    before = (tmp_path / "o.sqlite").read_bytes()
    refused(
        toylaws("table", "s.toml", "--db", "o.sqlite", "--output", "o.sqlite", cwd=tmp_path),
        "cannot write o.sqlite: it is read as well",
    )
    assert (tmp_path / "o.sqlite").read_bytes() == before
    refused(toylaws("table", "s.toml", "--output", "s.toml", cwd=tmp_path), "read as well")
    assert suite.read_text() == SUITE
    refused(toylaws("table", "s.toml", "--output", "/dev/null", cwd=tmp_path), "no regular file")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert toylaws("table", "s.toml", "--output", "link", cwd=tmp_path).returncode == 0
    assert "bernoulli" in (tmp_path / "target").read_text()
    assert (tmp_path / "link").is_symlink()


def test_closed_pipes_end_quietly(tmp_path):
    code = "import sys; from sims.cli import main; main(['derive', 'bernoulli.boundary'])"
    shell = f'{sys.executable} -c "{code}" | true; exit ${{PIPESTATUS[0]}}'
    ended = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert ended.stderr == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no .*row"),
        ('name = "x"\n' + SUITE, "name: there is no such key"),
        (SUITE + "correction = [-1]\n", "correction"),
        (SUITE + "correction = [nan]\n", "correction"),
        ("a = " + "[" * 5000, "is not TOML"),
        (SUITE.replace("1000", "9" * 5000), "is not TOML"),
        (SUITE.replace("1000", "9" * 30), "replicates"),
        (SUITE.replace("512", "9" * 30), "N = 1e.30 is not allowed"),
    ],
)
def test_suites(tmp_path, text, message):
    path = tmp_path / "s.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        load_suite(str(path)).sweeps()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('N,L,note\n1,1,"a\n2,0.5,"a\n4,0.25,"a\n', "line"),
        ("N,L\n1,1\n2," + "5" * 200_000 + "\n", "line"),
    ],
)
def test_malformed_csv(tmp_path, text, message):
    path = tmp_path / "d.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_losses(str(path), "N", "L")


def test_a_blank_first_line_and_a_form_feed_are_no_matter(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("\nN,L,note\n1,1,a\x0cb\n2,0.5,c\n4,0.25,d\n")
    assert read_losses(str(path), "N", "L").sizes.tolist() == [1, 2, 4]


N = np.arange(1.0, 9.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((10.0 ** np.arange(200, 208), 10.0 ** (-2 * np.arange(8))), "orders of magnitude"),
        ((N, 1 / N, 1e300 * np.ones(8)), "it says nothing"),
        ((1e300 * (1 + np.arange(8) * 4e-16), 1 / N), "close together|degenerate"),
    ],
)
def test_numbers_that_cannot_be_fitted(arguments, message, capfd):
    try:
        flags = fit(*arguments).flags
    except BadInput as error:
        flags = (str(error),)
    assert any(part in flag for flag in flags for part in message.split("|"))
    assert capfd.readouterr().out == ""


def test_corrections_must_be_a_list():
    with pytest.raises(BadInput, match=r"corrections = 1\.0 is not allowed"):
        fit(N, 1 / N, corrections=1.0)


def test_two_toys_of_one_name_are_refused():
    class Other(Bernoulli):
        """Another coin."""

    Other.name = "bernoulli"
    sweeps = [Sweep(toy, {"N": [1, 2]}, 10, 1) for toy in (Bernoulli(), Other())]
    with pytest.raises(BadInput, match="two toys are called 'bernoulli'"):
        run_sweeps(sweeps)
    with pytest.raises(BadInput, match="workers = 0"):
        run_sweeps(sweeps[:1], workers=0)
    with pytest.raises(BadInput, match="an instance of a toy"):
        Sweep(Bernoulli, {"N": [1, 2]})
    assert Sweep(Bernoulli(), {"N": [1]}, np.int64(100), 1).replicates == 100


def test_wrong_shapes_are_refused():
    class Short(Bernoulli):
        """Returns too few."""

        def simulate(self, rng, replicates):
            return super().simulate(rng, replicates)[: replicates // 2]

    with pytest.raises(TypeError, match="must return 100 losses of float64"):
        Sweep(Short(), {"N": [1, 2]}, 100, 1).run()


@pytest.mark.parametrize(
    ("table", "value", "message"),
    [
        ("UPDATE sweep SET spec = ?", "{bad", "damaged"),
        ("UPDATE sweep SET spec = ?", "{}", "damaged"),
        ("UPDATE block SET mean = ?", "abc", "damaged"),
        ("UPDATE block SET m2 = ?", -1, "damaged"),
    ],
)
def test_damaged_databases(tmp_path, table, value, message):
    from sims.engine.finished import finished_sweeps

    path = tmp_path / "run.sqlite"
    Sweep(Bernoulli(), {"N": [8, 16, 32]}, 100, 2).run(db=path)
    with sqlite3.connect(path) as connection:
        connection.execute(table, (value,))
    connection.close()
    with pytest.raises(BadInput, match=message):
        finished_sweeps(path)


def test_an_unfittable_sweep_leaves_the_others_to_be_drawn(tmp_path):
    Sweep(Bernoulli(), {"N": [8, 16]}, 100, 2).run(db=tmp_path / "run.sqlite")
    Sweep(Bernoulli(), {"N": [8, 16, 32, 64, 128, 256]}, 100, 2).run(db=tmp_path / "run.sqlite")
    drawn = toylaws("plot", "run.sqlite", "-o", "figures", cwd=tmp_path)
    assert drawn.returncode == 0
    assert "too few" in drawn.stderr
    assert len(list((tmp_path / "figures").iterdir())) == 1


def test_a_size_that_is_swept_is_not_given(tmp_path):
    refused(
        toylaws("run", "bernoulli", "--N", "50", "--over", "N=1,2,3,4", cwd=tmp_path),
        "--over sweeps N",
    )
    refused(toylaws("run", "bernoulli", "--over", "N=10,20", cwd=tmp_path), "2 sizes are too few")
    refused(toylaws("check", "bernoulli", "--seed", "-1", cwd=tmp_path), "-1")


def test_a_module_that_leaves_is_no_toy(tmp_path):
    (tmp_path / "leaves.py").write_text("import sys\nsys.exit(0)\n")
    (tmp_path / "lacks.py").write_text("{}['key']\n")
    refused(toylaws("check", "leaves:Toy", cwd=tmp_path), "cannot use 'leaves:Toy'")
    refused(toylaws("check", "lacks:Toy", cwd=tmp_path), "KeyError: 'key'")


def test_an_edited_helper_is_another_source(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pkg" / "helper.py").write_text("SCALE = 1\n\n\ndef scale():\n    return SCALE\n")
    (tmp_path / "pkg" / "coin.py").write_text(
        "from pkg import helper\nfrom toys import Bernoulli\n\n\nclass Scaled(Bernoulli):\n"
        '    """A coin."""\n\n    def simulate(self, rng, replicates):\n'
        "        return helper.scale() * super().simulate(rng, replicates)\n"
    )
    run = ["run", "pkg.coin:Scaled", "--over", "N=16:512:6", "--replicates", "1000", "--blocks",
           "2", "--db", "h.sqlite"]  # fmt: skip
    assert toylaws(*run, cwd=tmp_path).returncode == 0
    (tmp_path / "pkg" / "helper.py").write_text("def scale():\n    return 1000\n")
    refused(toylaws(*run, cwd=tmp_path), "use another database")


def test_an_interrupt_without_a_database_does_not_wait(tmp_path):
    code = "import sys; from sims.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", "bernoulli", "--sampler", "tosses", "--over",
         "N=1e8,2e8,3e8,4e8", "--replicates", "1000", "--workers", "1"],
        cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells in the background ignore it
    )  # fmt: skip
    time.sleep(6)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - start < 10
    assert "nothing is kept without --db" in errors


# ---- what a fit, a bootstrap and a curve must not be given --------------------------------------

SEEN = fit(N, 1 / N, 0.01 / N, corrections=[])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit(["a", "b", "c"], [1, 2, 3]), "size: .* is not allowed"),
        (lambda: fit([1, 2, 3], [1, 2j, 3]), "loss: .* is not allowed"),
        (lambda: fit([[1], [2], [3]], [1, 2, 3]), r"size: shape \(3, 1\) is not allowed"),
        (lambda: fit(np.ma.masked_array([1.0, 2, 3], [0, 1, 0]), [1, 2, 3]), "size: masked"),
        (lambda: fit(N, 1 / N, corrections=["half"]), "corrections: .* is not allowed"),
        (lambda: fit(N, 1 / N, corrections=[1, 1.0]), "one is there twice"),
        (lambda: fit(N, 1 / N, certain=True), "certain = True is not allowed"),
        (lambda: fit(N, 1 / N, floor=True), "floor = True is not allowed"),
        (lambda: fit(N, 1 / N, floor=[0.1]), "floor = .* is not allowed"),
        (lambda: fit(N, 1 / N, floor=float("nan")), "floor = nan is not allowed"),
        (lambda: fit(N, 1 / N, 0.01 / N, floor=np.nextafter(1 / N[-1], 0)), "it says nothing"),
        (lambda: fit(N, 1 / N, form="shifted"), "use fit_form"),
        (lambda: fit(1e-120 * N, 1 / N), "orders of magnitude"),
        (lambda: SEEN.bootstrap(1), "repeats = 1 is not allowed"),
        (lambda: SEEN.bootstrap(10**9), "repeats = 1000000000 is not allowed"),
        (lambda: SEEN.bootstrap(1.5), "repeats = 1.5 is not allowed"),
        (lambda: SEEN.bootstrap(10, seed=-1), "seed = -1 is not allowed"),
        (lambda: SEEN.bootstrap(10, seed=None), "seed = None is not allowed"),
        (lambda: SEEN.same_fit(1 / N[:3]), "curve: 8 losses above 0"),
        (lambda: SEEN.same_fit(-1 / N), "curve: 8 losses above 0"),
    ],
)
def test_refusals_of_the_fit(call, message):
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize(
    ("exponent", "height", "error", "options"),
    [
        (0.1, 10, 1e-3, {"corrections": []}),
        (0.3, 10, 1e-4, {"corrections": []}),
        (1.0, 1, 1e-4, {"corrections": [0.5], "certain": True}),
        (1.0, 1, 1e-2, {"corrections": [1.0], "certain": True}),
        (0.5, 10, 1e-4, {}),
        (0.3, 3, 1e-4, {}),
    ],
)
@pytest.mark.parametrize("floor", ["maybe", "free"])
def test_a_high_floor_is_found(exponent, height, error, options, floor):
    """Noise-free laws with floors far above them, which a search from one start misses."""
    sizes = 8 * np.geomspace(1, 316.2, 6)
    losses = (sizes / 8) ** -exponent + height
    seen = fit(sizes, losses, error * losses, floor=floor, **options)
    assert seen.interval[0] < exponent < seen.interval[1]
    assert seen.interval[0] < seen.exponent < seen.interval[1]
    assert seen.standard_error > 0


def test_a_large_correction_is_found_and_flagged():
    sizes = np.geomspace(64, 131072, 12)
    rng = np.random.Generator(np.random.PCG64DXSM(3))
    covered = flagged = 0
    for _ in range(40):
        losses = sizes**-0.5 * (1 + 3 * (sizes / 64) ** -0.5)
        losses *= 1 + 0.003 * rng.standard_normal(12)
        for options in ({}, {"corrections": [0.5]}):
            seen = fit(sizes, losses, 0.003 * losses, **options)
            covered += seen.interval[0] <= 0.5 <= seen.interval[1]
        flagged += any("as large as the leading term" in flag for flag in seen.flags)
    assert covered >= 68
    assert flagged >= 36


def test_where_no_model_comes_near_there_is_no_interval():
    sizes = np.array([4.0, 6, 8, 10, 12, 14, 16, 18, 20])
    seen = fit(sizes, 2.0**-sizes, 1e-4 * 2.0**-sizes)
    assert any("does not fit" in flag for flag in seen.flags)
    settled = seen.standard_error is not None
    assert settled == (seen.interval is not None)
    assert settled or any("did not settle" in flag for flag in seen.flags)
    assert "exponent" in seen.text


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes(b"N,L\n\xa1\xff,1\n")
    with pytest.raises(BadInput, match="it is not text in UTF-8"):
        read_losses(str(path), "N", "L")


def test_a_law_that_hardly_falls_is_no_exponent_where_there_may_be_a_floor():
    """c N^0 (1 + b N^-1) is N^-1 + E in disguise: little weight, far away, ruins the mean."""
    sizes = 2.0 ** np.arange(4, 12)
    losses = 1 / sizes + 0.1
    seen = fit(sizes, losses, 1e-4 * losses, floor="maybe")
    assert sum(model.weight for model in seen.models if abs(model.exponent) < 0.02) < 1e-4
    assert seen.exponent == pytest.approx(1, rel=0, abs=1e-3)
    assert seen.flags == ()
