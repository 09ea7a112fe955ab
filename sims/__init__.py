"""The court: sweeps over toys, fits of exponents, and the table that sets them beside theory.

>>> from toys import Bernoulli
>>> from sims import Sweep, fit
>>> seen = Sweep(Bernoulli(p=0.3), sizes={"N": [16, 64, 256, 1024, 4096, 16384]}).run()
>>> fit(seen.sizes["N"], seen.means, seen.standard_errors, corrections=[1]).exponent
"""

from importlib import import_module
from typing import Any

PUBLIC = {
    # sweeps and tables
    "sims.engine.sweep": ("Sweep",),
    "sims.engine.observations": ("Observations",),
    "sims.engine.run": ("run_sweeps",),
    "sims.suites.suite": ("load_suite",),
    "sims.tables.exponents": ("ExponentTable", "table_of"),
    # fits
    "sims.fitting": ("Comparison", "Fit", "FormFit", "compare_forms", "fit", "fit_form", "profile"),
    # surfaces L(N, D)
    "sims.surface.law": ("Surface",),
    "sims.surface.surface_fit": ("SurfaceFit", "fit_surface"),
    "sims.surface.comparison": ("compare_surfaces",),
    "sims.surface.envelope": ("envelope",),
    "sims.surface.isoflop": ("isoflop", "parabola_bias"),
    "sims.surface.surface_frames": ("frontier_frame", "surface_from_frame"),
    # what any of them may raise
    "sims.errors": ("BadInput",),
}
"""The public names by the module that holds them; what type checkers read is made from it."""

_HOME = {name: module for module, names in PUBLIC.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605  # the stub beside this file has them in full


def __getattr__(name: str) -> Any:
    """A name is imported when it is asked for: `toylaws --help` must not load numba or scipy."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sims' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
