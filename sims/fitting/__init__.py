"""Exponents from losses at several sizes, each with an interval that covers what it says."""

from sims.fitting.single import (
    DOES_NOT_FIT as DOES_NOT_FIT,
)
from sims.fitting.single import (
    IMPLAUSIBLE as IMPLAUSIBLE,
)
from sims.fitting.single import (
    Fit as Fit,
)
from sims.fitting.single import (
    fit as fit,
)
