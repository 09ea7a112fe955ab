"""The run database: resuming, refusing, never half-written."""

import json
import shutil
import sqlite3

import pytest

import sims.engine.database
from sims import BadInput, Sweep, run_sweeps
from sims.engine.database import Store
from sims.engine.finished import finished_sweeps
from toys import Bernoulli, GaussianMean

SWEEP = Sweep(Bernoulli(p=0.3), {"N": [10, 30, 100]}, 1000, 3)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "run.sqlite"


def test_a_second_run_simulates_nothing(db, monkeypatch):
    first = SWEEP.run(db=db)
    monkeypatch.setattr("sims.engine.run.run_cell", None)  # would fail if it were called
    assert SWEEP.run(db=db).moments == first.moments


def test_a_partial_run_goes_on_bit_for_bit(db):
    whole = SWEEP.run().moments
    store = Store.open(db)
    store.begin([SWEEP])
    for cell in SWEEP.cells()[::2]:
        store.add(cell, cell.run())
    store.close()
    assert SWEEP.run(db=db).moments == whole


def test_more_sizes_reuse_what_is_there(db):
    SWEEP.run(db=db)
    more = Sweep(Bernoulli(p=0.3), {"N": [10, 30, 100, 300]}, 1000, 4)
    assert more.run(db=db).moments == more.run().moments
    store = Store.open(db, write=False)
    assert len(store.blocks()) == 16
    store.close()


def test_replicates_are_not_confused(db):
    SWEEP.run(db=db)
    fewer = Sweep(Bernoulli(p=0.3), {"N": [10, 30, 100]}, 500, 3)
    assert fewer.run(db=db).moments == fewer.run().moments


def test_provenance_is_kept(db):
    SWEEP.run(db=db)
    with sqlite3.connect(db) as connection:
        kept = dict(connection.execute("SELECT key, value FROM provenance"))
        specs = [json.loads(row[0]) for row in connection.execute("SELECT spec FROM sweep")]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    assert {"toylaws", "numpy", "numba", "python", "platform"} <= set(kept)
    assert specs == [SWEEP.spec()]
    assert specs[0]["seed"] == 0
    assert mode == "delete"


def test_no_database_is_made_for_bad_input(db):
    with pytest.raises(BadInput):
        Sweep(Bernoulli(), {"N": [0]}).run(db=db)
    assert not db.exists()


def foreign(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()


def corrupt(path):
    SWEEP.run(db=path)
    content = bytearray(path.read_bytes())
    content[:100] = b"x" * 100
    path.write_bytes(content)


def another_schema(path):
    SWEEP.run(db=path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def read_only(path):
    SWEEP.run(db=path)
    path.chmod(0o444)


def text(path):
    path.write_text("N,loss\n1,2\n")


def truncated(path):
    SWEEP.run(db=path)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (foreign, "not a toylaws run database"),
        (corrupt, "cannot use"),
        (another_schema, "schema 99, but this version of toylaws reads 2"),
        (read_only, "read-only"),
        (text, "cannot use"),
        (truncated, "cannot use"),
        (lambda path: path.mkdir(), "is a folder"),
    ],
)
def test_what_is_no_run_database_is_refused_untouched(db, spoil, message):
    spoil(db)
    before = None if db.is_dir() else db.read_bytes()
    with pytest.raises(BadInput, match=message) as refusal:
        SWEEP.run(db=db)
    assert str(db) in str(refusal.value)
    assert before is None or db.read_bytes() == before


def test_a_path_that_cannot_be_made_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot use"):
        SWEEP.run(db=tmp_path / "no" / "such" / "folder.sqlite")
    with pytest.raises(BadInput, match="no such run database"):
        finished_sweeps(tmp_path / "none.sqlite")


def test_another_toy_source_is_refused_naming_both(db, monkeypatch):
    SWEEP.run(db=db)
    old = sims.engine.database.source_hash(Bernoulli)
    monkeypatch.setattr(sims.engine.database, "source_hash", lambda toy: "feed" * 16)
    with pytest.raises(BadInput, match=f"{old[:12]}.*feedfeedfeed"):
        SWEEP.run(db=db)
    with pytest.raises(BadInput, match="feedfeed"):
        finished_sweeps(db)


def test_the_source_hash_covers_the_files_a_toy_uses(tmp_path, monkeypatch):
    assert sims.engine.database.source_hash(Bernoulli) != sims.engine.database.source_hash(
        GaussianMean
    )
    import toys._kernels.tosses

    before = sims.engine.database.source_hash(Bernoulli)
    copy = tmp_path / "tosses.py"
    shutil.copy(toys._kernels.tosses.__file__, copy)
    copy.write_text(copy.read_text() + "# edited\n")
    monkeypatch.setattr(toys._kernels.tosses, "__file__", str(copy))
    assert sims.engine.database.source_hash(Bernoulli) != before


def test_revived_sweeps_are_the_ones_that_ran(db):
    other = Sweep(GaussianMean(d=2, sampler="draws"), {"N": [4, 8, 16]}, 500, 2)
    seen = run_sweeps([SWEEP, other], db=db)
    revived = finished_sweeps(db)
    assert [o.moments for o in revived.observations] == [o.moments for o in seen]
    assert revived.left_out == []


def test_a_revived_sweep_is_fitted_as_it_was(db):
    said = Sweep(Bernoulli(p=0.3), {"N": [10, 30, 100]}, 1000, 3, 0, [0.5, 1], "maybe")
    run_sweeps([SWEEP, said], db=db)
    assumed = [(o.sweep.correction, o.sweep.floor) for o in finished_sweeps(db).observations]
    assert assumed == [("theory", "theory"), ([0.5, 1], "maybe")]


def test_unfinished_and_unknown_sweeps_are_left_out_with_the_reason(db):
    SWEEP.run(db=db)
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM block WHERE label LIKE '%\"block\":2%'")
        spec = {**SWEEP.spec(), "toy": "nobodys_toy"}
        connection.execute("INSERT INTO sweep VALUES (?)", (json.dumps(spec),))
    connection.close()
    revived = finished_sweeps(db)
    assert revived.observations == []
    assert "3 of 9 blocks are missing" in revived.left_out[0]
    assert "no toy of that name" in revived.left_out[1]


def test_an_interrupt_keeps_what_is_done(db, monkeypatch):
    done = []
    real = Store.add

    def add(self, cell, moments):
        real(self, cell, moments)
        done.append(cell)
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "add", add)
    sweep = Sweep(Bernoulli(p=0.3, sampler="tosses"), {"N": [3000, 4000]}, 10_000, 20)
    with pytest.raises(KeyboardInterrupt):
        run_sweeps([sweep], workers=1, db=db)
    monkeypatch.setattr(Store, "add", real)
    store = Store.open(db, write=False)
    assert 2 <= len(store.blocks()) < 40
    store.close()
    assert sweep.run(db=db).moments == sweep.run().moments
