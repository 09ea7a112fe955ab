"""The table of claims on the command line, beside what toys were observed to do."""

import json

import pytest

import symbolic
from sims import Sweep, load_suite, run_sweeps
from sims.cli import main
from sims.tables.claims import ClaimsRecord, judged, rendered
from sims.tables.judged import judge
from sims.tables.witnesses import WITNESSES
from toys import (
    Bernoulli,
    BernoulliImprovement,
    Capacity,
    GaussianMean,
    HingeDescent,
    NearestNeighbor,
)

SECOND_WITNESSES = {
    ("fenchel_young", "bernoulli.data"),  # its loss with alpha = 1 is the log loss
    ("double_descent", "double_descent.omitted"),
}


def claims(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["claims", *arguments])
    out, _ = capsys.readouterr()
    assert stop.value.code == 0
    return out


def test_json_holds_every_claim_and_validates(capsys):
    record = json.loads(claims(capsys, "--format", "json"))
    assert record["schema"] == 1
    assert len(record["claims"]) == len(symbolic.CLAIMS) >= 70
    again = ClaimsRecord.model_validate(record)
    assert json.loads(again.model_dump_json()) == record
    for claim in record["claims"]:
        if claim["status"] == "wrong":
            assert claim["correction"]
            assert claim["derivation"] in symbolic.names()


def test_filters(capsys):
    wrong = json.loads(claims(capsys, "--status", "wrong", "--source", "Cho2020", "--format=json"))
    assert wrong["claims"]
    assert {(c["status"], c["source"]) for c in wrong["claims"]} == {("wrong", "Cho2020")}
    mine = json.loads(claims(capsys, "--toy", "nearest_neighbor", "--format", "json"))["claims"]
    assert {c["derivation"].partition(".")[0] for c in mine} == {"torus", "sphere", "interval"}
    text = claims(capsys, "--source", "Pearce2024")
    assert "HOLDS  Pearce2024, section 3" in text
    assert text.rstrip().endswith("claims: 1 (1 holds)")
    assert max(map(len, claims(capsys).splitlines())) <= 150


def test_observed_values_stand_beside_the_claims_they_bear_on(capsys, tmp_path):
    db = tmp_path / "runs.sqlite"
    sweep = Sweep(Bernoulli(p=0.3), {"N": [16, 32, 64, 128, 256, 512]}, replicates=2000, blocks=2)
    (seen,) = run_sweeps([sweep], db=db)
    row = judge(seen).row
    record = json.loads(claims(capsys, "--db", str(db), "--format", "json"))["claims"]
    for claim in record:
        observed = claim["observed"]
        decided_here = "bernoulli.data" in (claim["derivation"], *claim["also"])
        assert bool(observed) == (decided_here and claim["part"] != "argument")
        if observed:
            assert observed[0]["exponent"] == row.observed.exponent
            assert observed[0]["verdict"] == row.verdict
            assert {one["toy"] for one in observed} == {"bernoulli"}
    text = claims(capsys, "--db", str(db), "--toy", "bernoulli")
    assert f"seen  {row.observed.exponent:.2f}" in text
    assert "p=0.3" in text


def test_a_sweep_that_cannot_be_fitted_does_not_hide_the_others(capsys, tmp_path):
    db = tmp_path / "runs.sqlite"
    zero = Sweep(HingeDescent(eta=0.1), {"t": [2, 4, 6, 8, 9, 20]})
    run_sweeps([zero, Sweep(Bernoulli(), {"N": [16, 32, 64, 128, 256, 512]}, 2000, 2)], db=db)
    assert "seen  " in claims(capsys, "--db", str(db), "--toy", "bernoulli")


def test_markdown_is_one_table_whose_cells_hold():
    lines = rendered(judged(), "markdown").splitlines()
    assert len(lines) == len(symbolic.CLAIMS) + 2
    for line in lines:
        assert line.replace("\\|", "").count("|") == 6


def test_every_witness_can_be_linked_to_its_derivation():
    """By a row of a suite, or by one of these; and every link that is met has its witness."""
    options = [
        Bernoulli(p=1, pseudocount=0.5),
        GaussianMean(loss="nll"),
        BernoulliImprovement(p=1, statistic="mean square"),
        *(Capacity(growth="shared", unit=unit) for unit in ("nats", "bits")),
        *(
            NearestNeighbor(d=1 if manifold == "cube" else 2, manifold=manifold, loss=loss,
                            sampler="points")
            for manifold in ("torus", "sphere", "cube")
            for loss in ("absolute", "squared", "zero-one")
        ),
    ]  # fmt: skip
    swept = [s.toy for suite in ("core", "sources") for s in load_suite(suite).sweeps()]
    met = {}
    for toy in [*swept, *options]:
        links = {toy.derivation(axis) for axis in toy.axes()} - {None}
        for name in links:
            witness = WITNESSES[name]
            assert toy.name == witness or (toy.name, name) in SECOND_WITNESSES, (toy.name, name)
            met[name] = witness
    assert met == WITNESSES
