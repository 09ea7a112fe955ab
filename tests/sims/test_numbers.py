"""Numbers with their errors: written so that both can be read back."""

import math
import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sims.numbers import compact, with_error

WRITTEN = re.compile(r"(-?\d+(?:\.(\d+))?)\((\d+)(?:\.(\d+))?\)(?:e(-?\d+))?")


def read(text):
    """Value, error and a unit of the last place of `value(error)e<power>`."""
    number, decimals, digits, fraction, power = WRITTEN.fullmatch(text).groups()
    scale = Decimal(10) ** int(power or 0)
    last = Decimal(10) ** -len(decimals or "") * scale
    error = Decimal(f"{digits}.{fraction}") * scale if fraction else int(digits) * last
    return Decimal(number) * scale, error, last


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.9993, 0.00037, "0.99930(37)"),
        (-0.9993, 0.00037, "-0.99930(37)"),
        (0.5, 0.0996, "0.50(10)"),  # an error that is rounded up keeps two digits
        (12.3, 4.5, "12.3(4.5)"),
        (123.4, 45, "123(45)"),
        (1234, 450, "1.23(45)e3"),  # a last digit left of the point needs an exponent
        (5, 450, "0.0(4.5)e2"),
        (6.02e23, 1e22, "6.02(10)e23"),
        (6.02e23, 1e21, "6.020(10)e23"),
        (9.9996e23, 1e22, "1.000(10)e24"),
        (1.5e-7, 3e-9, "1.500(30)e-7"),
        (0.0, 0.12, "0.00(12)"),
        (0.0, 1.2e-9, "0.0(1.2)e-9"),
        (-1e-9, 0.12, "0.00(12)"),
        (0.5, None, "0.5"),
        (0.5, 0.0, "0.5(0)"),
        (0.5, 1e-30, "0.5(0)"),
        (0.5, math.nan, "0.5(nan)"),
        (0.5, math.inf, "0.5(inf)"),
        (math.nan, 0.1, "nan(0.1)"),
    ],
)
def test_the_compact_notation(value, error, text):
    assert compact(value, error) == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.99866, 0.00053, "0.99866 ± 0.00053"),
        (0.0, 0.12, "0.00 ± 0.12"),
        (6.02e23, 1e21, "6.020(10)e23"),
        (1.5e-7, 3e-9, "1.500(30)e-7"),
        (1e5, 1e8, "0.0(1.0)e8"),
        (0.5, math.nan, "0.5 ± nan"),
    ],
)
def test_an_error_beside_its_value(value, error, text):
    assert with_error(value, error) == text


normal = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


@given(normal, normal)
def test_what_is_compact_can_be_read_back(value, error):
    error = abs(error)
    assume(error > 1e-15 * abs(value) and error > 1e-290)
    number, again, last = read(compact(value, error))
    assert abs(number - Decimal(repr(value))) <= last / 2
    assert abs(again - Decimal(error)) <= Decimal("0.05") * Decimal(error)
    assert 10 * last <= again < 100 * last  # two digits, whatever their place


@given(normal, st.floats(min_value=0) | st.none() | st.just(math.nan))
def test_no_number_is_too_strange_to_be_written(value, error):
    for write in (compact, with_error):
        text = write(value, error)
        assert len(text) < 60
        float(re.match(r"-?[\d.]+(e-?\d+)?", text)[0])


@given(st.floats(1e-3, 1e3), st.floats(1e-6, 10))
def test_the_error_decides_how_many_digits_are_read_back(value, error):
    shown, _, told = with_error(value, error).partition(" ± ")
    assert abs(float(told) - error) <= 0.05 * error
    assert abs(float(shown) - value) <= 0.051 * error
