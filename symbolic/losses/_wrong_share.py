"""The exact time course of gradient flow on the entmax family, as functions sympy can evaluate."""

from __future__ import annotations

import mpmath as mp
import sympy as sp


class WrongShare(sp.Function):  # type: ignore[misc]
    """The probability of the wrong face after the time tau of gradient flow, for one alpha.

    It solves tau = integral of ((1-u)^(alpha-2) + u^(alpha-2))/u from it to 1/2.
    """

    nargs = 2

    def _eval_evalf(self, prec: int) -> sp.Float | None:
        if not all(argument.is_number for argument in self.args):
            return None
        with mp.workprec(prec + 20):
            time, index = (mp.mpf(sp.Float(part, mp.mp.dps)._mpf_) for part in self.args)
            return sp.Float(_wrong_share(time, 2 - index), precision=prec)


class TimeConstant(sp.Function):  # type: ignore[misc]
    """K in the time tau = q^-b/b - log q + K that gradient flow takes to a small q; b = 2-alpha."""

    nargs = 1

    def _eval_evalf(self, prec: int) -> sp.Float | None:
        if not self.args[0].is_number:
            return None
        with mp.workprec(prec + 20):
            b = 2 - mp.mpf(sp.Float(self.args[0], mp.mp.dps)._mpf_)
            return sp.Float(_beyond(mp.mpf(1) / 2, b) - 2**b / b - mp.log(2), precision=prec)


def _beyond(share: mp.mpf, b: mp.mpf) -> mp.mpf:
    """The integral of ((1-u)^-b - 1)/u from 0 to the share."""
    return b * share * mp.hyp3f2(1, 1, 1 + b, 2, 2, share)


def _wrong_share(time: mp.mpf, b: mp.mpf) -> mp.mpf:
    """Newton's method in the logarithm, from below: there the time is convex."""
    start = _beyond(mp.mpf(1) / 2, b) - 2**b / b - mp.log(2)
    logarithm = -mp.log(b * time + 2**b) / b if b > 0 else -time - mp.log(2)
    while True:
        share = mp.exp(logarithm)
        spent = share**-b / b - logarithm - _beyond(share, b) + start
        change = (spent - time) / (share**-b + (1 - share) ** -b)
        logarithm += change
        if abs(change) < mp.mpf(2) ** (-mp.mp.prec // 2 - 5):
            return mp.exp(logarithm)
