# Written by `make stubs`: do not edit.

from sims.engine.sweep import Sweep as Sweep
from sims.engine.observations import Observations as Observations
from sims.engine.run import run_sweeps as run_sweeps
from sims.suites.suite import load_suite as load_suite
from sims.tables.exponents import ExponentTable as ExponentTable
from sims.tables.exponents import table_of as table_of
from sims.fitting import Comparison as Comparison
from sims.fitting import Fit as Fit
from sims.fitting import FormFit as FormFit
from sims.fitting import compare_forms as compare_forms
from sims.fitting import fit as fit
from sims.fitting import fit_form as fit_form
from sims.fitting import profile as profile
from sims.surface.law import Surface as Surface
from sims.surface.surface_fit import SurfaceFit as SurfaceFit
from sims.surface.surface_fit import fit_surface as fit_surface
from sims.surface.comparison import compare_surfaces as compare_surfaces
from sims.surface.envelope import envelope as envelope
from sims.surface.isoflop import isoflop as isoflop
from sims.surface.isoflop import parabola_bias as parabola_bias
from sims.surface.surface_frames import frontier_frame as frontier_frame
from sims.surface.surface_frames import surface_from_frame as surface_from_frame
from sims.errors import BadInput as BadInput

PUBLIC: dict[str, tuple[str, ...]]

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
