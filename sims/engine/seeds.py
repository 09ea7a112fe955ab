"""From the label of a cell to its random generator.

A cell is one block of replicates of one fully specified toy. Its seed is the hash of its label,
so that adding sizes, blocks, workers or other toys never moves an existing number.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from toys import Toy

VERSION = "v1"


def cell_label(seed: int, toy: Toy, block: int) -> str:
    """The label of a cell: everything its numbers depend on, save the code.

    Parameters
    ----------
    seed : int
        Seed of the sweep.
    toy : Toy
        The toy at the cell's size.
    block : int
        Index of the block.
    """
    content = {"seed": seed, "toy": toy.name, "parameters": toy.model_dump(), "block": block}
    return _written(content)


def path_label(seed: int, toy: Toy, axis: str, block: int) -> str:
    """The label of a cell whose runs pass through all sizes on an axis, whichever these are."""
    parameters = toy.model_dump(exclude={axis})
    content = {"seed": seed, "toy": toy.name, "parameters": parameters, "block": block}
    return _written({**content, "path": axis})


def _written(content: dict[str, Any]) -> str:
    return VERSION + json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def generator(label: str) -> np.random.Generator:
    """The generator of the cell with that label."""
    digest = hashlib.sha256(label.encode()).digest()
    sequence = np.random.SeedSequence(int.from_bytes(digest, "big"))
    return np.random.Generator(np.random.PCG64DXSM(sequence))
