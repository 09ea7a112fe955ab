"""The kinds of step a derivation is made of: each can be proved, and checked in numbers."""

from symbolic.steps.base import Step, StepFailed
from symbolic.steps.equality import Asymptotic, Identity, Limit, Series
from symbolic.steps.extremum import Bound, Minimum
from symbolic.steps.solution import Solution

__all__ = [
    "Asymptotic",
    "Bound",
    "Identity",
    "Limit",
    "Minimum",
    "Series",
    "Solution",
    "Step",
    "StepFailed",
]
