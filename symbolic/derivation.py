"""The record of a derivation, which can prove and check what it states."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.examination import Report, examined
from symbolic.statement import COUNT, Statement, Variable

__all__ = ["COUNT", "Derivation", "Report", "Variable"]


@dataclass(frozen=True)
class Derivation(Statement):
    """One derivation of one scaling law.

    Building it checks its structure alone; `check` proves and checks its steps.

    Attributes
    ----------
    name : str
        `<file>.<function>`, the link that toys and claims use.
    statement : str
        What is derived, in one sentence.
    source : str
        Key of the source whose argument this settles, a comma, and the place in it.
    assumptions : tuple of str
        What must hold, in words.
    size : Variable
        The size axis, named as the toy's field.
    parameters : tuple of Variable
        The other parameters of the law, named as the toy's fields.
    auxiliary : tuple of Variable
        Symbols that occur in steps only.
    steps : tuple of Step
        The argument, one idea a step.
    law : Law
        What comes out.
    finite : sympy expression or None
        The loss at a finite size, exactly, where it is known.
    finite_of : str
        What `finite` is, where it is not the loss itself but that of a model of it.
    finite_size : sympy expression in COUNT and the parameters
        The law is compared with `finite` at the sizes where COUNT is 100, 200 and 400.
    finite_order : int or sympy expression in the parameters
        The two differ by O(COUNT^-finite_order).
    finite_everywhere : bool
        Whether `finite` holds at every size, and not only at large ones or on a ladder of them.
    abbreviations : mapping of sympy symbol to expression
        Short names for expressions that recur in the steps; each may use those after it.
    uses : tuple of str
        Names of the derivations that this one builds on.
    instances : tuple of Instance
        The result with published numbers put in.
    """

    def check(self, seed: int = 0) -> Report:
        """Prove every step by algebra, check it in numbers, and compare the law with `finite`.

        Parameters
        ----------
        seed : int
            Seed of the admissible points.

        Returns
        -------
        Report
            One outcome a step; nothing is raised for a step that fails.
        """
        return examined(self, seed)
