"""The court: sweeps over toys, fits of exponents, and the table that sets them beside theory.

>>> from toys import Bernoulli
>>> from sims import Sweep, fit
>>> seen = Sweep(Bernoulli(p=0.3), sizes={"N": [16, 64, 256, 1024, 4096, 16384]}).run()
>>> fit(seen.sizes["N"], seen.means, seen.standard_errors, corrections=[1]).exponent
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sims.engine.observations import Observations as Observations
    from sims.engine.run import run_sweeps as run_sweeps
    from sims.engine.sweep import Sweep as Sweep
    from sims.errors import BadInput as BadInput
    from sims.fitting import Comparison as Comparison
    from sims.fitting import Fit as Fit
    from sims.fitting import FormFit as FormFit
    from sims.fitting import compare_forms as compare_forms
    from sims.fitting import fit as fit
    from sims.fitting import fit_form as fit_form
    from sims.fitting import profile as profile
    from sims.suites.suite import load_suite as load_suite
    from sims.surface.comparison import compare_surfaces as compare_surfaces
    from sims.surface.envelope import envelope as envelope
    from sims.surface.isoflop import isoflop as isoflop
    from sims.surface.isoflop import parabola_bias as parabola_bias
    from sims.surface.law import Surface as Surface
    from sims.surface.surface_fit import SurfaceFit as SurfaceFit
    from sims.surface.surface_fit import fit_surface as fit_surface
    from sims.surface.surface_frames import frontier_frame as frontier_frame
    from sims.surface.surface_frames import surface_from_frame as surface_from_frame
    from sims.tables.exponents import ExponentTable as ExponentTable
    from sims.tables.exponents import table_of as table_of

_HOME = {
    "BadInput": "errors",
    "Comparison": "fitting",
    "ExponentTable": "table",
    "Fit": "fitting",
    "FormFit": "fitting",
    "Observations": "observations",
    "Surface": "surface.law",
    "SurfaceFit": "surface.fitting",
    "Sweep": "sweep",
    "compare_forms": "fitting",
    "compare_surfaces": "surface.comparison",
    "envelope": "surface.envelope",
    "fit": "fitting",
    "parabola_bias": "surface.isoflop",
    "profile": "fitting",
    "fit_form": "fitting",
    "fit_surface": "surface.fitting",
    "frontier_frame": "surface.frames",
    "isoflop": "surface.isoflop",
    "load_suite": "suite",
    "run_sweeps": "run",
    "surface_from_frame": "surface.frames",
    "table_of": "table",
}

__all__ = [
    "BadInput",
    "Comparison",
    "ExponentTable",
    "Fit",
    "FormFit",
    "Observations",
    "Surface",
    "SurfaceFit",
    "Sweep",
    "compare_forms",
    "compare_surfaces",
    "envelope",
    "fit",
    "fit_form",
    "fit_surface",
    "frontier_frame",
    "isoflop",
    "load_suite",
    "parabola_bias",
    "profile",
    "run_sweeps",
    "surface_from_frame",
    "table_of",
]

if not TYPE_CHECKING:  # imported when asked for: `toylaws --help` must not load numba or scipy

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return getattr(import_module(f"sims.{_HOME[name]}"), name)
        raise AttributeError(f"module 'sims' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*globals(), *_HOME]
