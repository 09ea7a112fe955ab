"""A derivation as plain values, for JSON."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import sympy as sp

from symbolic.claims import claims_on
from symbolic.derivation import Derivation
from symbolic.examination import Outcome, Report
from symbolic.instance import Instance
from symbolic.law import Law


def record_of(derivation: Derivation, report: Report) -> dict[str, Any]:
    """All that is known of a derivation; formulas both as sympy prints them and as LaTeX."""
    return {
        "name": derivation.name,
        "statement": derivation.statement,
        "source": derivation.source,
        "uses": list(derivation.uses),
        "assumptions": list(derivation.assumptions),
        "size": derivation.size.symbol.name,
        "symbols": [
            {
                "name": variable.symbol.name,
                "meaning": variable.meaning,
                "domain": variable.domain.text(variable.symbol.name),
            }
            for variable in derivation.variables
        ],
        "abbreviations": {s.name: str(full) for s, full in derivation.abbreviations.items()},
        "steps": [_step(outcome) for outcome in report.outcomes],
        "law": _law(derivation.law),
        "law_problem": report.law_problem,
        "law_digits": report.law_digits,
        "passed": report.passed,
        "proved": report.proved,
        "digits": report.digits,
        "instances": [_instance(instance) for instance in derivation.instances],
        "claims": [
            {
                "source": c.source,
                "place": c.place,
                "statement": c.statement,
                "status": c.status,
                "derivation": c.derivation,
            }
            for c in claims_on(derivation.name, also=True)
        ],
    }


def _step(outcome: Outcome) -> dict[str, Any]:
    step = outcome.step
    return {
        "claim": step.claim,
        "kind": step.kind,
        "formulas": [_formula(relation) for relation in step.relations],
        "proviso": step.proviso,
        "proved": outcome.proved,
        "digits": outcome.digits,
        "failure": outcome.failure,
    }


def _formula(expression: sp.Basic) -> dict[str, str]:
    return {"sympy": str(expression), "latex": sp.latex(expression)}


def _law(law: Law) -> dict[str, Any]:
    correction = law.correction
    return {
        **_formula(law.expression),
        "kind": law.kind,
        "exponent": None if law.exponent is None else str(law.exponent),
        "prefactor": None if law.prefactor is None else str(law.prefactor),
        "floor": str(law.floor),
        "correction": None if correction is None else
        {"coefficient": str(correction[0]), "exponent": str(correction[1])},
    }  # fmt: skip


def _instance(instance: Instance) -> dict[str, Any]:
    printed = instance.printed
    return {
        "quantity": instance.quantity,
        "derived": float(instance.derived),
        "rounding": float(mp.exp(instance.rounding) - 1),
        "printed": None if printed is None else float(printed.value),
        "source": None if printed is None else f"{printed.source}, {printed.place}",
        "consistent": instance.consistent,
    }
