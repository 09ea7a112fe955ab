"""The court: sweeps over toys, fits of exponents, and the table that sets them beside theory.

>>> from toys import Bernoulli
>>> from sims import Sweep, fit
>>> seen = Sweep(Bernoulli(p=0.3), sizes={"N": [16, 64, 256, 1024, 4096, 16384]}).run()
>>> fit(seen.sizes["N"], seen.means, seen.standard_errors, corrections=[1]).exponent
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sims.errors import BadInput as BadInput
    from sims.fitting import Fit as Fit
    from sims.fitting import fit as fit
    from sims.observations import Observations as Observations
    from sims.run import run_sweeps as run_sweeps
    from sims.suite import load_suite as load_suite
    from sims.sweep import Sweep as Sweep
    from sims.table import ExponentTable as ExponentTable
    from sims.table import table_of as table_of

_HOME = {
    "BadInput": "errors",
    "ExponentTable": "table",
    "Fit": "fitting",
    "Observations": "observations",
    "Sweep": "sweep",
    "fit": "fitting",
    "load_suite": "suite",
    "run_sweeps": "run",
    "table_of": "table",
}

__all__ = [
    "BadInput",
    "ExponentTable",
    "Fit",
    "Observations",
    "Sweep",
    "fit",
    "load_suite",
    "run_sweeps",
    "table_of",
]

if not TYPE_CHECKING:  # imported when asked for: `toylaws --help` must not load numba or scipy

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return getattr(import_module(f"sims.{_HOME[name]}"), name)
        raise AttributeError(f"module 'sims' has no attribute {name!r}")
