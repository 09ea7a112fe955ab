"""Which toys witness which derivation."""

from __future__ import annotations

import toys


def witnesses() -> dict[str, tuple[str, ...]]:
    """The names of the toys that list a derivation in `derivations`, by the name of that.

    No toy is imported, but those of other distributions. A derivation without an entry has no toy
    yet.

    Returns
    -------
    dict of str to tuple of str
        In alphabetical order, as are the names of the toys.
    """
    found: dict[str, list[str]] = {}
    for name, entry in toys.catalogue().items():
        for derivation in entry.derivations:
            found.setdefault(derivation, []).append(name)
    return {derivation: tuple(found[derivation]) for derivation in sorted(found)}
