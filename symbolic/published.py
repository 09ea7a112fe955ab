"""Constants of scaling laws as they were printed, each with its provenance.

A number is kept as the digits that its source prints, so that what their rounding does to a
derived number can be derived as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import sympy as sp

from symbolic.sources import SOURCES

PETAFLOP_DAY = sp.Integer(864) * 10**17
"""Floating point operations in a petaflop/s-day."""


@dataclass(frozen=True)
class Published:
    """A printed number.

    Attributes
    ----------
    source, place : str
        Key in `symbolic.sources`, and where in it.
    name : str
        What the number is, unique for its source.
    printed : str
        Its digits, as printed.
    unit : str
        Its unit; empty for an exponent.
    """

    source: str
    place: str
    name: str
    printed: str
    unit: str = ""

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"unknown source {self.source!r}; known: {', '.join(SOURCES)}")

    @property
    def value(self) -> sp.Rational:
        """The number, exactly as printed."""
        return sp.Rational(self.printed)

    @property
    def rounding(self) -> sp.Rational:
        """Half a unit of the last printed digit."""
        exponent = Decimal(self.printed).as_tuple().exponent
        return sp.Rational(10) ** int(exponent) / 2

    def __str__(self) -> str:
        return f"{self.printed}{self.unit and ' ' + self.unit} ({self.source}, {self.place})"


def _rows(source: str, table: str) -> list[Published]:
    """Lines `place; name; printed[; unit]`."""
    cells = [[cell.strip() for cell in line.split(";")] for line in table.strip().splitlines()]
    return [Published(source, *line) for line in cells]


_KAPLAN = _rows(
    "Kaplan2020",
    """
    Table 5; alpha_N; 0.076
    Table 5; N_c; 8.8e13; parameters
    Table 5; alpha_D; 0.095
    Table 5; D_c; 5.4e13; tokens
    Table 5; alpha_C; 0.057
    Table 5; C_c; 1.6e7; PF-days
    Table 5; alpha_C^min; 0.050
    Table 5; C_c^min; 3.1e8; PF-days
    Table 5; alpha_B; 0.21
    Table 5; B_*; 2.1e8; tokens
    Table 5; alpha_S; 0.76
    Table 5; S_c; 2.1e3; steps
    Table 2; alpha_N, joint; 0.076
    Table 2; alpha_D, joint; 0.103
    Table 2; N_c, joint; 6.4e13; parameters
    Table 2; D_c, joint; 1.8e13; tokens
    Table 3; alpha_N, steps; 0.077
    Table 3; alpha_S, steps; 0.76
    Table 3; N_c, steps; 6.5e13; parameters
    Table 3; S_c, steps; 2.1e3; steps
    Table 6; N_e; 1.3e9; parameters
    Table 6; p_N; 0.73
    Table 6; p_B; 0.24
    Table 6; p_S; 0.03
    Table 6; D_e; 2e10; tokens
    Table 6; p_D; 0.27
    equation 6.7; D_e, equation 6.7; 4e10; tokens
    equation 6.7; p_D, equation 6.7; 0.26
    equation 6.4; alpha_C^min, predicted; 0.054
    equation B.7; alpha_C^min, appendix; 0.052
    equation 6.5; p_N, predicted; 0.71
    equation 6.8; C*; 1e4; PF-days
    equation 6.8; N*; 1e12; parameters
    equation 6.8; D*; 1e12; tokens
    equation 6.8; L*; 1.7; nats/token
    section 4; alpha_N/alpha_D; 0.74
    section 4; overfit prefactor; 5e3; tokens
    """,
)

_HOFFMANN = _rows(
    "Hoffmann2022",
    """
    equation 10; E; 1.69; nats/token
    equation 10; A; 406.4
    equation 10; B; 410.7
    equation 10; alpha; 0.34
    equation 10; beta; 0.28
    TeX source of equation 10; E, unrounded; 1.6934; nats/token
    TeX source of equation 10; ln A; 6.0073404
    TeX source of equation 10; ln B; 6.0179186
    TeX source of equation 10; alpha, unrounded; 0.33917084
    TeX source of equation 10; beta, unrounded; 0.2849083
    Table 2, approach 1; a, approach 1; 0.50
    Table 2, approach 1; b, approach 1; 0.50
    Table 2, approach 2; a, approach 2; 0.49
    Table 2, approach 2; b, approach 2; 0.51
    Table 2, approach 3; a, approach 3; 0.46
    Table 2, approach 3; b, approach 3; 0.54
    Table 2, Kaplan; a, Kaplan; 0.73
    Table 2, Kaplan; b, Kaplan; 0.27
    Figure 4; C, Gopher; 5.76e23; FLOP
    Figure 4; N at the budget of Gopher; 40e9; parameters
    """,
)

_BESIROGLU = _rows(
    "Besiroglu2024",
    """
    refit; A; 482.01
    refit; B; 2085.43
    refit; E; 1.8169; nats/token
    refit; alpha; 0.3478
    refit; beta; 0.3659
    refit; a; 0.513
    """,
)

_PEARCE = _rows(
    "Pearce2024",
    """
    section 3; w; 47491
    section 3; smallest N; 790; parameters
    section 3; largest N; 1.58e9; parameters
    section 3; exponent, Hoffmann; 0.74
    section 3; exponent, Epoch; 0.78
    """,
)

DOMAINS = (
    "Language", "Image 8x8", "Image 16x16", "Image 32x32", "Image VQ 16x16", "Image VQ 32x32",
    "Text to image", "Image to text", "Video VQ", "Math",
)  # fmt: skip
"""Rows of Henighan's Table 1 that print all three fits."""

_TABLE_1 = """
0 1.47e14 0.070; 0 3.47e8 0.048; 3.3e-13 0.73
3.12 8.0e1 0.24; 3.13 1.8e-8 0.19; 5.3e-14 0.64
2.64 2.8e2 0.22; 2.64 1.6e-8 0.16; 4.8e-12 0.75
2.20 6.3e1 0.13; 2.21 3.6e-9 0.10; 1.6e-13 0.65
3.99 2.7e4 0.13; 4.09 6.1e-7 0.11; 6.2e-14 0.64
3.07 1.9e4 0.14; 3.17 2.6e-6 0.12; 9.4e-13 0.70
2.0 5.1e3 0.16; 1.93 1.5e-6 0.15; 9.4e-13 0.70
2.0 5.5e3 0.15; 1.97 1.5e-6 0.16; 3.3e-12 0.72
1.01 3.7e4 0.24; 0.95 2.2e-5 0.14; 1.13e-12 0.71
0.28 1.1e4 0.16; 0.14 1.4e-5 0.17; 2.3e-12 0.69
"""
"""L_inf + (N_c/N)^alpha_N; L_inf + (C_c/C)^alpha_C; N_opt = (C/C_N)^beta; C in PF-days."""

_COLUMNS = (
    ("L_inf, parameters", "nats/token"), ("N_c", "parameters"), ("alpha_N", ""),
    ("L_inf, compute", "nats/token"), ("C_c", "PF-days"), ("alpha_C", ""),
    ("C_N", "PF-days"), ("beta", ""),
)  # fmt: skip


def _table_1() -> list[Published]:
    lines = [line.replace(";", " ").split() for line in _TABLE_1.strip().splitlines()]
    return [
        Published("Henighan2020", f"Table 1, {domain}", f"{name}, {domain}", digits, unit)
        for domain, line in zip(DOMAINS, lines, strict=True)
        for (name, unit), digits in zip(_COLUMNS, line, strict=True)
    ]


_IMAGES = _rows(
    "Henighan2020",
    """
    Table 3; C_c per image, Image 8x8; 1.9e3; PF-days
    Table 3; C_c per image, Image 16x16; 1.7e10; PF-days
    Table 3; C_c per image, Image 32x32; 2.7e26; PF-days
    Table 3; C_c per image, Image VQ 16x16; 4.7e15; PF-days
    Table 3; C_c per image, Image VQ 32x32; 3.1e19; PF-days
    """,
)

PUBLISHED: dict[tuple[str, str], Published] = {
    (one.source, one.name): one
    for one in (*_KAPLAN, *_HOFFMANN, *_BESIROGLU, *_PEARCE, *_table_1(), *_IMAGES)
}
"""Every printed constant, by source and name."""
