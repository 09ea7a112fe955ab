"""Exponents from losses at several sizes, each with an interval that covers what it says."""

from sims.fitting.average.exponent import fit as fit
from sims.fitting.average.profile import profile as profile
from sims.fitting.average.result import Fit as Fit
from sims.fitting.forms.compare import Comparison as Comparison
from sims.fitting.forms.compare import compare_forms as compare_forms
from sims.fitting.forms.form_fit import FormFit as FormFit
from sims.fitting.forms.form_fit import fit_form as fit_form
