"""What must come out: the derivations of scaling laws, every step checked by machine.

A folder for each family, in it a file for each subject; a function decorated with
`derivation` is one derivation, built when it is asked for. Nothing here knows what the
simulations show: that is `toys`, and `sims` compares the two.

>>> import symbolic
>>> symbolic.get("bernoulli.data").law.exponent
1
"""

from symbolic.claim import Claim
from symbolic.claims import CLAIMS, claims_on
from symbolic.derivation import Derivation, Report
from symbolic.law import Law
from symbolic.registry import broken, get, names, resolve
from symbolic.sources import SOURCES, Source

__all__ = [
    "CLAIMS",
    "SOURCES",
    "Claim",
    "Derivation",
    "Law",
    "Report",
    "Source",
    "broken",
    "claims_on",
    "get",
    "names",
    "resolve",
]
