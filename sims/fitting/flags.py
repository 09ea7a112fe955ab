"""Reasons for doubt that more than one kind of fit gives."""

MIN_SIZES = 6
"""Fewer sizes than this are flagged: a curve through them proves little."""

FEW_SIZES = f"fewer than {MIN_SIZES} sizes"

IMPLAUSIBLE = 1e-6
"""A model that fits worse than this by chance does not fit."""

DOES_NOT_FIT = f"the model does not fit: p < {IMPLAUSIBLE:g}"
