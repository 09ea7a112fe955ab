"""Exponents from losses at several sizes, each with an interval that covers what it says."""

from sims.fitting.compare import Comparison as Comparison
from sims.fitting.compare import compare_forms as compare_forms
from sims.fitting.exponent import fit as fit
from sims.fitting.form_fit import FormFit as FormFit
from sims.fitting.form_fit import fit_form as fit_form
from sims.fitting.profile import profile as profile
from sims.fitting.result import Fit as Fit
