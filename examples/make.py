"""Write the sample data of this folder; the laws behind it are known, and so is the seed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED = 0
LOSSES = {"floor": 0.30, "prefactor": 4.0, "exponent": 0.35}
"""loss = floor + prefactor N^-exponent, with 2 % noise, 40 replicates at each of 9 sizes."""
RUNS = {"E": 1.8, "A": 400.0, "B": 2000.0, "alpha": 0.35, "beta": 0.37}
"""loss = E + A/N^alpha + B/D^beta, with 0.3 % noise: 7 sizes at each of 6 budgets of compute."""


def losses(rng: np.random.Generator) -> list[list[str]]:
    """Rows of losses.csv."""
    rows = [["N", "loss"]]
    for size in (2 ** np.arange(4, 13)).tolist():
        law = LOSSES["floor"] + LOSSES["prefactor"] * size ** -LOSSES["exponent"]
        noisy = law * np.exp(rng.normal(0, 0.02, 40))
        rows += [[str(size), f"{loss:.6f}"] for loss in noisy]
    return rows


def runs(rng: np.random.Generator) -> list[list[str]]:
    """Rows of runs.csv."""
    rows = [["N", "D", "loss"]]
    for flop in np.geomspace(1e18, 1e21, 6):
        for ratio in np.geomspace(0.1, 10, 7):
            size = (RUNS["alpha"] * RUNS["A"] / (RUNS["beta"] * RUNS["B"])) ** (
                1 / (RUNS["alpha"] + RUNS["beta"])
            ) * (flop / 6) ** (RUNS["beta"] / (RUNS["alpha"] + RUNS["beta"]))
            n = round(float(size * ratio))
            d = round(float(flop / 6 / n))
            law = RUNS["E"] + RUNS["A"] * n ** -RUNS["alpha"] + RUNS["B"] * d ** -RUNS["beta"]
            rows.append([str(n), str(d), f"{law * np.exp(rng.normal(0, 0.003)):.5f}"])
    return rows


def main() -> None:
    """Write both files."""
    rng = np.random.Generator(np.random.PCG64DXSM(SEED))
    for name, rows in (("losses.csv", losses(rng)), ("runs.csv", runs(rng))):
        with (HERE / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
