"""Derivations on paper: text, markdown, LaTeX that compiles, records for programs."""

import json
import shutil
import subprocess

import pytest
import sympy as sp

import symbolic
from symbolic import pages
from symbolic.claims.trials import trials
from symbolic.derivation import Derivation
from symbolic.steps import Identity

SHOWN = ("gaussian.data", "bernoulli.data", "kaplan.joint", "torus.zero_one", "capacity.power")


def broken():
    """A derivation with a slip."""
    good = symbolic.get("gaussian.data")
    values = {name: getattr(good, name) for name in good.__dataclass_fields__}
    N = good.size.symbol
    return Derivation(**{**values, "steps": (Identity("a slip", 1 / N, 1 / (N + 1)),)})


@pytest.mark.parametrize("name", SHOWN)
def test_every_part_of_a_derivation_is_on_its_page(name):
    derivation = symbolic.get(name)
    page = pages.page_of(derivation, derivation.check())
    text, markdown = pages.text_of(page), pages.markdown_of(page)
    for sentence in (
        derivation.statement,
        *derivation.assumptions,
        *(s.claim for s in derivation.steps),
    ):
        assert sentence.split()[0] in text
        assert " ".join(sentence.split())[:40] in " ".join(text.split())
        assert sentence.split()[0] in markdown
    assert max(map(len, text.splitlines())) <= 110
    assert markdown.count("$$") >= 2 * len(derivation.steps)
    assert page.conclusion in text
    assert ("Builds on" in text) == bool(derivation.uses)
    assert ("With published numbers" in text) == bool(derivation.instances)


def test_claims_that_a_derivation_bears_on_are_on_its_page():
    """With what decides them, if it is another, and with the tests of their numbers."""
    page = pages.page_of(*examined("henighan.optimal_size"))
    said = dict(page.claims)
    conclusion = next(v for k, v in said.items() if "exponent of N_opt in C" in k)
    assert conclusion.startswith("empirical, by counting.non_embedding: ")
    math = next(v for k, v in said.items() if "Table 1, Math" in k)
    assert math.startswith("empirical. Tested: alpha_C/alpha_N, Math: 1.063 against 0.69, incons")
    assert not any("NoptC0.7" in k for k in said)
    record = pages.record_of(*examined("henighan.optimal_size"))
    deciding = {claim["derivation"] for claim in record["claims"]}
    assert {"henighan.optimal_size", "counting.non_embedding"} <= deciding


def examined(name):
    derivation = symbolic.get(name)
    return derivation, derivation.check()


def test_a_failure_is_on_the_page():
    derivation = broken()
    report = derivation.check()
    page = pages.page_of(derivation, report)
    assert page.standing == "FAILED"
    for written in (pages.text_of(page), pages.markdown_of(page), pages.latex_of(page)):
        assert "FAILED" in written
        assert "at N =" in written
    assert not pages.record_of(derivation, report)["passed"]


@pytest.mark.parametrize("name", SHOWN)
def test_a_record_is_plain_json(name):
    derivation = symbolic.get(name)
    record = pages.record_of(derivation, derivation.check())
    again = json.loads(json.dumps(record, allow_nan=False))
    assert again == record
    assert again["passed"]
    assert len(again["steps"]) == len(derivation.steps)
    assert again["law"]["exponent"] == str(derivation.law.exponent)
    assert {step["kind"] for step in again["steps"]} == {s.kind for s in derivation.steps}


@pytest.mark.parametrize(
    ("plain", "latex"),
    [
        ("D^(-1/d)", "D$^{-1/d}$"),
        ("c i^-(1+a) holds", "c i$^{-(1+a)}$ holds"),
        ("N_1 of N^-a, 5 %", r"N$_{1}$ of N$^{-a}$, 5 \%"),
        ("(N_c/N)^alpha_N", r"(N$_{c}$/N)$^{\alpha }$$_{N}$"),
        ("exponent β/(α+β) ≤ 1", r"exponent $\beta$/($\alpha$+$\beta$) $\le$ 1"),
        ("e^(-θ/2) and √2, x²", r"e$^{-\theta /2}$ and $\surd$2, x$^{2}$"),
        ("C^(beta/(alpha + beta))", r"C$^{\beta /(\alpha  + \beta )}$"),
        ("as C^0.46, N^-0.5", "as C$^{0.46}$, N$^{-0.5}$"),
        ("a_b {c} $d$ #1 & ~", r"a$_{b}$ \{c\} \$d\$ \#1 \& \textasciitilde{}"),
        ("a trailing ^ or _", r"a trailing \textasciicircum{} or \_"),
    ],
)  # fmt: skip
def test_prose_as_latex(plain, latex):
    assert pages.prose(plain) == latex


def test_every_character_of_every_page_is_known_to_latex():
    """Outside ASCII, all is translated; found without running a TeX engine."""
    for name in symbolic.names():
        derivation = symbolic.get(name)
        sentences = [derivation.statement, derivation.source, *derivation.assumptions]
        sentences += [step.claim + step.proviso for step in derivation.steps]
        sentences += [variable.meaning for variable in derivation.variables]
        sentences += [str(instance) for instance in derivation.instances]
        for claim in symbolic.claims_on(name, also=True):
            sentences += [claim.place, claim.statement, claim.correction]
            sentences += [one.verdict for one in trials(claim)]
        for sentence in sentences:
            assert pages.prose(sentence).isascii(), (name, pages.prose(sentence))


def test_a_document_compiles(tmp_path):
    engine = shutil.which("pdflatex")
    if engine is None:
        pytest.skip("no pdflatex here")
    sections = []
    for name in SHOWN:
        derivation = symbolic.get(name)
        sections.append(pages.latex_of(pages.page_of(derivation, derivation.check())))
    (tmp_path / "all.tex").write_text(pages.document("\n".join(sections)))
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-2000:]
    assert (tmp_path / "all.pdf").exists()


def test_long_formulas_are_broken_into_terms():
    x = sp.symbols("x_1:40", positive=True)
    derivation = symbolic.get("gaussian.data")
    page = pages.page_of(derivation, derivation.check())
    long = page.__class__(**{**vars(page), "law": sp.Eq(sp.Symbol("L"), sum(x), evaluate=False)})
    assert pages.latex_of(long).count(r"\\") >= 38
    assert max(map(len, pages.text_of(long).splitlines())) <= 110
