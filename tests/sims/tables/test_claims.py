"""The table of claims on the command line, beside what toys were observed to do."""

import json

import pytest

import symbolic
from sims import Sweep, load_suite, run_sweeps
from sims.claim_statuses import STATUS_RULES
from sims.cli import main
from sims.tables.claims import ClaimsRecord, judged
from sims.tables.claims_text import COLUMNS, rendered
from sims.tables.judged import judge
from sims.tables.witnesses import witnesses
from symbolic.claim import STATUSES
from toys import (
    Bernoulli,
    BernoulliImprovement,
    Capacity,
    DoubleDescent,
    GaussianMean,
    HingeDescent,
    MassartThreshold,
    NearestNeighbor,
    catalogue,
    classes,
)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


def claims(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main(["claims", *arguments])
    out, _ = capsys.readouterr()
    assert stop.value.code == 0
    return out


def test_json_holds_every_claim_and_validates(capsys):
    record = json.loads(claims(capsys, "--format", "json"))
    assert record["schema"] == 2
    assert list(record)[2:] == ["summary", "claims"]
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
    for claim in mine:
        families = {name.partition(".")[0] for name in (claim["derivation"], *claim["also"])}
        assert families & {"torus", "sphere", "interval"}
        assert "nearest_neighbor" in claim["toys"]
    text = claims(capsys, "--source", "Pearce2024")
    assert "HOLDS  Pearce2024, section 3" in text
    assert text.rstrip().endswith("claims: 1 (1 holds)")


def test_filters_that_nothing_passes(capsys):
    words = ("--source", "Pearce2024", "--status", "wrong")
    assert claims(capsys, *words) == "claims: 0\n"
    assert json.loads(claims(capsys, *words, "--format", "json"))["summary"] == []
    assert claims(capsys, *words, "--format", "markdown").startswith("| source |")


def counted(statuses):
    """What stands in the columns of the summary; editorial findings are charged to nobody."""
    charged = len(statuses) - statuses.count("editorial")
    numbers = {**{status: statuses.count(status) for status in STATUSES}, "claims": charged}
    return [str(numbers[name]) for name in COLUMNS]


def test_a_summary_of_each_source_comes_first(capsys):
    lines = claims(capsys).splitlines()
    assert lines[0].split() == ["source", *COLUMNS]
    sources = dict.fromkeys(claim.source for claim in symbolic.CLAIMS)
    for line, source in zip(lines[1:], sources, strict=False):
        mine = [claim.status for claim in symbolic.CLAIMS if claim.source == source]
        assert line.split() == [source, *counted(mine)]
    every = [claim.status for claim in symbolic.CLAIMS]
    totals = lines[1 + len(sources)]
    assert totals.startswith("all sources")
    assert totals.split()[2:] == counted(every)
    record = json.loads(claims(capsys, "--format", "json"))
    assert [count["source"] for count in record["summary"]] == list(sources)
    assert sum(count["editorial"] for count in record["summary"]) == every.count("editorial") > 0
    table = claims(capsys, "--format", "markdown").splitlines()
    assert table[0] == "| source | " + " | ".join(COLUMNS) + " |"
    assert len(claims(capsys, "--source", "Lin2024").partition("\n\n")[0].splitlines()) == 2


@pytest.mark.parametrize("columns", [60, 80, 133])
def test_no_line_is_too_long_and_no_word_is_cut(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    text = claims(capsys)
    assert max(map(len, text.splitlines())) <= columns
    words = set(text.replace("“", " ").replace("”", " ").split())
    words |= {word.rstrip(",") for word in words}
    for claim in symbolic.CLAIMS:
        for said in (claim.statement, claim.correction, claim.quote, *claim.derivations):
            assert {word for word in said.split() if word not in words} == set()
    monkeypatch.setenv("COLUMNS", str(columns + 20))
    assert max(map(len, claims(capsys).splitlines())) > columns


def test_all_that_bears_on_a_claim_stands_with_it(capsys):
    """Derivations, the part, toys, tests and credits: in text, markdown and JSON."""
    text = claims(capsys, "--source", "Shah2021")
    cells = claims(capsys, "--source", "Shah2021", "--format", "markdown")
    for claim in judged(source="Shah2021").claims:
        paragraph = text.partition(claim.statement[:30])[2].partition("\n\n")[0]
        (row,) = (line for line in cells.splitlines() if f": {claim.statement}" in line)
        for name in (*claim.also, *claim.toys, *claim.argument_of):
            assert name in paragraph
            assert name in row
        if claim.derivation is not None:
            part = f"exponent: {claim.derived}" if claim.part == "exponent" else claim.part
            assert f"{claim.derivation} ({part})" in " ".join(paragraph.split())
            assert f"`{claim.derivation}` ({part})" in row.replace("\\|", "|")
    assert "Bahri2021: Bahri, Dyer, Kaplan, Lee, Sharma, Explaining Neural Scaling Laws" in text
    assert "SharmaKaplan2020: Sharma, Kaplan" in text


def test_all_toys_that_witness_a_claim_are_shown(capsys):
    """Two toys have the law of the coin; one of them was hidden before."""
    shown = json.loads(claims(capsys, "--format", "json"))["claims"]
    for claim in shown:
        if claim["derivation"] == "bernoulli.data":
            assert {"bernoulli", "fenchel_young"} <= set(claim["toys"])
    by_toy = claims(capsys, "--toy", "fenchel_young")
    assert "toys  bernoulli, fenchel_young" in by_toy


def test_an_editorial_finding_is_charged_to_nobody(capsys):
    text = claims(capsys, "--status", "editorial")
    body = text[text.index("EDITORIAL") :]
    assert "  read  a misprint" in body
    assert not {"  by  ", "  also", "  toys", "  seen"} & {line[:6] for line in body.splitlines()}
    for claim in judged(status="editorial").claims:
        assert (claim.derivation, claim.part, claim.toys, claim.observed) == (None, None, (), [])


def test_the_consistency_of_an_exponent_stands_where_it_is_claimed(capsys):
    text = claims(capsys, "--source", "Henighan2020")
    assert "9 of 10 numbers are inconsistent with what is derived, 2 of them impossible" in text
    for claim in judged(source="Henighan2020").claims:
        if claim.place.startswith("Table 1, "):
            (test,) = claim.tests
            assert f"  test  {test.verdict}" in " ".join(text.split("\n        "))
            word = "consistent" if test.consistent else "inconsistent"
            assert f"against {claim.value}, {word}" in test.verdict
    told = " ".join(text.split())
    assert told.count("1.067 against 0.72, inconsistent, and impossible: not below 1") == 2


def test_help_states_the_rule_of_each_status(capsys):
    assert tuple(STATUS_RULES) == STATUSES
    text = " ".join(claims(capsys, "--help").split())
    for status, rule in STATUS_RULES.items():
        assert rule.count(".") == 1
        assert f"{status}: {rule}" in text


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


def test_markdown_is_a_table_for_each_source_whose_cells_hold():
    lines = rendered(judged(), "markdown").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| source")]
    sources = {claim.source for claim in symbolic.CLAIMS}
    assert len([line for line in lines if line.startswith("## ")]) == len(sources)
    claimed = [line for line in rows if line.replace("\\|", "").count("|") == 6]
    assert len(claimed) == len(symbolic.CLAIMS) + len(sources)
    counts = [line for line in rows if line.replace("\\|", "").count("|") == len(STATUSES) + 3]
    assert len(counts) == len(sources) + 1
    assert len(claimed) + len(counts) == len(rows)
    for status in STATUSES:
        assert f"- *{status}*: {STATUS_RULES[status]}" in lines


def test_witnesses_are_the_toys_that_name_a_derivation():
    found = witnesses()
    assert found["bernoulli.data"] == ("bernoulli", "fenchel_young")
    assert set(found) <= set(symbolic.names())
    for name, entry in catalogue().items():
        assert entry.derivations == classes()[name].derivations, "read as it is"
        assert len(entry.derivations) == len(set(entry.derivations)) > 0
        assert {d for d, toys in found.items() if name in toys} == set(entry.derivations)


def test_every_witness_can_be_linked_to_its_derivation():
    """By a row of a suite, or by one of these; and every link that is met is declared."""
    options = [
        Bernoulli(p=1, pseudocount=0.5),
        GaussianMean(loss="nll"),
        DoubleDescent(p=10, D=10, N=100),
        DoubleDescent(p=10, D=20, N=100),
        MassartThreshold(q=0),
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
    met = {
        (name, toy.name)
        for toy in [*swept, *options]
        for name in {toy.derivation(axis) for axis in toy.axes()} - {None}
    }
    assert met == {(name, toy) for name, toys in witnesses().items() for toy in toys}
