"""Reasons for doubt that more than one kind of fit gives."""

MIN_SIZES = 6
"""Fewer sizes than this are flagged: a curve through them proves little."""

FEW_SIZES = f"fewer than {MIN_SIZES} sizes"

MIN_REPLICATES = 30
"""With fewer replicates the error bars themselves are too uncertain."""

FEW_REPLICATES = f"fewer than {MIN_REPLICATES} replicates"

IMPLAUSIBLE = 1e-6
"""A model that fits worse than this by chance does not fit."""

DOES_NOT_FIT = f"the model does not fit: p < {IMPLAUSIBLE:g}"
