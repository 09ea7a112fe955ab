"""The ball in d dimensions."""

from __future__ import annotations

import sympy as sp

d = sp.Symbol("d", positive=True)

VOLUME = sp.pi ** (d / 2) / sp.gamma(d / 2 + 1)
"""Volume of the unit ball in d dimensions."""
