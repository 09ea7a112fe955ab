"""The table of claims: complete, resolved, and each wrong one corrected."""

from dataclasses import replace

import pytest
import sympy as sp

import symbolic
from symbolic.claim import Claim
from symbolic.claims import CLAIMS, claims_on
from symbolic.claims.reading import read_claims, read_file
from symbolic.claims.trials import trials
from symbolic.language.henighan import optimal_size
from symbolic.published import DOMAINS, PUBLISHED

FIVE = {"Cho2020", "Anonymous2024", "Reform2024", "Shah2021", "Henighan2020"}
EDITORIAL = [claim for claim in CLAIMS if claim.status == "editorial"]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.statement[:40])
def test_claims_resolve(claim):
    for name in claim.derivations:
        assert name in symbolic.names()
    if claim.part == "exponent" and claim.status == "holds" and claim.value is not None:
        assert str(symbolic.get(claim.derivation).law.exponent) == claim.value
    if claim.part == "exponent" and claim.status == "wrong" and claim.value is not None:
        exponent = symbolic.get(claim.derivation).law.exponent
        assert exponent is None or sp.Rational(claim.value) != exponent


def test_the_court_has_heard_all_five_documents():
    assert len(CLAIMS) >= 70
    assert {claim.source for claim in CLAIMS} >= FIVE
    said = [(claim.source, claim.place, claim.statement) for claim in CLAIMS]
    assert len(said) == len(set(said))


def test_every_derivation_decides_something_or_is_a_lemma_of_another():
    serving = {name for claim in CLAIMS for name in claim.derivations}
    for name in symbolic.names():
        uses = symbolic.get(name).uses
        assert set(uses) <= set(symbolic.names()), name
        serving.update(uses)
    assert set(symbolic.names()) - serving == set()


# ---- records ----------------------------------------------------------------------------------

GOOD = Claim(
    source="Cho2020", place="introduction", statement="it scales", status="holds",
    derivation="gaussian.data", part="law",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "Nobody1900"}, "unknown source 'Nobody1900'"),
        ({"argument_of": ("Nobody1900",)}, "unknown source 'Nobody1900'"),
        ({"status": "true"}, "unknown status 'true'"),
        ({"part": "title"}, "unknown part 'title'"),
        ({"status": "wrong"}, "a claim that is wrong needs its correction"),
        ({"status": "conditional"}, "a claim that is conditional needs its correction"),
        ({"status": "editorial", "derivation": None, "part": None}, "editorial needs its corr"),
        ({"derivation": None}, "a claim that is holds needs its derivation and part"),
        ({"part": None}, "a claim that is holds needs its derivation and part"),
        ({"also": ("gaussian.data",)}, "a derivation is named twice"),
    ],
)
def test_bad_records_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(GOOD, **change)


@pytest.mark.parametrize(
    "charge",
    [
        {"derivation": "gaussian.data"},
        {"also": ("gaussian.data",)},
        {"part": "argument"},
        {"value": "1"},
        {"tests": ("alpha_C/alpha_N, Math",)},
    ],
)
def test_an_editorial_finding_is_charged_to_no_derivation(charge):
    bare = {"derivation": None, "part": None, "status": "editorial", "correction": "a misprint"}
    assert replace(GOOD, **bare).derivations == ()
    with pytest.raises(ValueError, match="an editorial finding is no assertion"):
        replace(GOOD, **{**bare, **charge})


def test_misprints_are_apart_from_what_is_wrong():
    """Each says what kind of slip it is, quotes it, and credits nobody with it."""
    assert len(EDITORIAL) == 10
    for claim in EDITORIAL:
        assert claim.correction.startswith(("a misprint", "garbled", "a slip")), claim
        assert claim.quote
        assert not claim.argument_of
    for claim in CLAIMS:
        if claim.status == "wrong":
            assert not claim.correction.startswith(("a misprint", "garbled", "a slip")), claim
    for name in symbolic.names():
        assert not {claim.status for claim in claims_on(name, also=True)} & {"editorial"}


def test_claims_on_a_derivation_that_another_decides():
    decided, bearing = (claims_on("fenchel_young.data", also=also) for also in (False, True))
    assert {claim.derivation for claim in decided} == {"fenchel_young.data"}
    assert bearing[: len(decided)] == decided
    further = bearing[len(decided) :]
    assert further
    assert all("fenchel_young.data" in claim.also for claim in further)


def test_arguments_are_those_of_the_papers_that_made_them():
    def credited(source, *words):
        (claim,) = (
            c for c in CLAIMS if c.source == source and all(word in c.statement for word in words)
        )
        return claim.argument_of

    assert credited("Reform2024", "L(D) = const") == ("Bahri2021",)
    assert credited("Reform2024", "absolute error is at most") == ("Bahri2021",)
    assert "SharmaKaplan2020" in credited("Shah2021", "α = 4/d")
    assert credited("Shah2021", "variance of the gradient") == ("Bahri2021",)
    assert not any(claim.argument_of for claim in CLAIMS if claim.source == "Cho2020")


# ---- files ------------------------------------------------------------------------------------

ENTRY = """
[[claim]]
place = "page 1"
statement = "it
scales"
status = "holds"
derivation = "gaussian.data"
part = "law"
also = ["bernoulli.data"]
""".replace('"it\nscales"', '"""\nit\nscales\n"""')


def written(folder, text, name="Cho2020.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_and_line_breaks_are_spaces(tmp_path):
    (claim,) = read_file(written(tmp_path, ENTRY))
    assert claim.source == "Cho2020"
    assert claim.statement == "it scales"
    assert claim.derivations == ("gaussian.data", "bernoulli.data")
    assert (claim.value, claim.correction, claim.quote) == (None, "", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[claim]\n", r"Cho2020\.toml: no TOML"),
        ("", r"Cho2020\.toml: must be a list of entries \[\[claim\]\]"),
        ("claim = 3\n", r"Cho2020\.toml: must be a list"),
        (f"title = 'Cho'\n{ENTRY}", r"Cho2020\.toml: must be a list"),
        ("claim = [3]\n", r"Cho2020\.toml, claim 1: must be a table"),
        (ENTRY + "colour = 'red'\n", r"Cho2020\.toml, claim 1 \(it scales\): there is no key 'colour'"),
        (ENTRY + "source = 'Shah2021'\n", "there is no key 'source'"),
        (ENTRY.replace('place = "page 1"\n', ""), r"claim 1 \(it scales\): place is missing"),
        (ENTRY.replace('"page 1"', "1"), "place = 1 must be a text that is not empty"),
        (ENTRY.replace('"page 1"', "' '"), "place = ' ' must be a text that is not empty"),
        (ENTRY.replace('["bernoulli.data"]', '"bernoulli.data"'), "also = .* must be a list"),
        (ENTRY.replace('["bernoulli.data"]', "[1]"), "also = 1 must be a text"),
        (ENTRY.replace('"holds"', '"true"'), r"claim 1 \(it scales\): unknown status 'true'"),
        (ENTRY.replace('"holds"', '"editorial"'), "claim 1 .* needs its correction"),
        (ENTRY + ENTRY, r"claim 2 \(it scales\): the same statement at the same place"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_one_error_that_names_file_and_entry(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_file(written(tmp_path, text))


def test_a_file_is_named_after_its_source(tmp_path):
    written(tmp_path, ENTRY, "Shah2021.toml")
    written(tmp_path, ENTRY)
    assert [claim.source for claim in read_claims(tmp_path)] == ["Cho2020", "Shah2021"]
    written(tmp_path, ENTRY, "Nobody1900.toml")
    with pytest.raises(ValueError, match=r"Nobody1900\.toml: there is no source 'Nobody1900'"):
        read_claims(tmp_path)


# ---- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.tests], ids=lambda c: c.statement[:40])
def test_tests_resolve_and_a_test_with_a_printed_value_is_of_the_claimed_one(claim):
    tested = trials(claim)
    assert [one.quantity for one in tested] == list(claim.tests)
    if claim.value is not None and len({one.printed.value for one in tested}) == 1:
        assert sp.Rational(claim.value) == tested[0].printed.value


def test_a_test_that_is_not_there_is_refused():
    claim = replace(GOOD, tests=("no such number",))
    with pytest.raises(ValueError, match="Cho2020, introduction: 0 instances 'no such number'"):
        trials(claim)


def test_the_exponent_of_each_domain_is_tested_where_it_is_claimed():
    tables = [claim for claim in CLAIMS if claim.place.startswith("Table 1, ")]
    assert [claim.place.removeprefix("Table 1, ") for claim in tables] == list(DOMAINS)
    for claim, domain in zip(tables, DOMAINS, strict=True):
        printed = PUBLISHED["Henighan2020", f"beta, {domain}"].printed
        assert claim.statement == f"N_opt ∝ C^{printed}"
        assert claim.value == printed
        (tested,) = trials(claim)
        assert tested in optimal_size().instances
        assert f" against {printed}, " in tested.verdict


def test_the_result_of_the_ten_tests_is_told_where_the_exponent_is_claimed():
    """The words of the correction are those of the numbers, to the last one."""
    (claim,) = (c for c in CLAIMS if c.source == "Henighan2020" and c.value == "0.7")
    tested = trials(claim)
    assert [one.printed.place for one in tested] == [f"Table 1, {d}" for d in DOMAINS]
    apart = [one for one in tested if not one.consistent]
    assert f"{len(apart)} of {len(tested)} domains are inconsistent" in claim.correction
    assert (len(apart), len(tested)) == (9, 10)
    impossible = {one.quantity.partition(", ")[2]: one for one in tested if one.impossible}
    assert list(impossible) == ["Image to text", "Math"]
    for domain, one in impossible.items():
        assert f"{domain} ({float(one.derived):.2f})" in claim.correction
        over, under = (PUBLISHED["Henighan2020", f"{n}, {domain}"] for n in ("alpha_C", "alpha_N"))
        assert (over.value - over.rounding) / (under.value + under.rounding) == 1
    fitted = [one.printed.printed for one in tested]
    assert f"exponents are {min(fitted)} to {max(fitted)}" in claim.correction


def test_corrections_that_quote_numbers_quote_them_right():
    """Of the irreducible losses of one table, eight pairs of nine differ by at most 7 %."""
    apart = []
    for domain in DOMAINS:
        one, other = (
            PUBLISHED["Henighan2020", f"L_inf, {kind}, {domain}"].value
            for kind in ("parameters", "compute")
        )
        if one != 0:
            apart.append(float(abs(one - other) / min(one, other)))
    assert len(apart) == 9
    assert sum(share <= 0.07 for share in apart) == 8
    assert max(apart) == 1
    assert abs(410.7**-0.28 - 0.185) < 5e-4
