"""Real tosses of a coin, from 64 random bits at a time.

A toss compares a uniform number U with p, both in binary, digit by digit. The first digit that
differs decides whether U < p. Every undecided toss takes one random bit for each digit. Half of the
undecided tosses are decided at each digit, so that a toss costs two bits on average.

Only the number of heads is wanted, so that it does not matter which toss a bit belongs to: the ones
among 64 bits are counted at once. The last 64 undecided tosses keep their bits separate until all
are decided.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORDS = 2**15
"""Number of random words drawn at a time, which stay in the cache."""


def toss_coins(
    rng: np.random.Generator, p: float, N: int | NDArray[np.int64], replicates: int
) -> NDArray[np.int64]:
    """Toss a coin N times in each replicate.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random words.
    p : float
        Probability of heads, 0 <= p <= 1; met exactly, to the last bit of the float.
    N : int or ndarray of int64, shape (replicates,)
        Tosses in every replicate, or in each of them.
    replicates : int
        Number of replicates.

    Returns
    -------
    ndarray of int64, shape (replicates,)
        Numbers of heads.
    """
    rarer = min(p, 1 - p)  # exact in floating point: 1-p loses nothing for p >= 1/2
    counts = np.zeros(replicates, dtype=np.int64)
    digits = binary_digits(rarer)
    tosses = np.full(replicates, N, dtype=np.int64)
    if digits.size and replicates:
        state = np.array([0, 0, tosses[0], tosses[0], 0])
        while state[0] < replicates:
            words = rng.integers(0, 2**64, size=WORDS, dtype=np.uint64)
            _toss(words, digits, tosses, state, counts)
    return counts if rarer == p else N - counts


def binary_digits(p: float) -> NDArray[np.uint8]:
    """The binary digits of 0 <= p < 1 after the point, up to the last 1."""
    numerator, denominator = p.as_integer_ratio()
    places = denominator.bit_length() - 1
    return np.array([numerator >> place & 1 for place in range(places)][::-1], dtype=np.uint8)


@njit(cache=True, nogil=True, error_model="numpy")
def _ones(word: np.uint64) -> np.uint64:
    """Number of set bits of a 64-bit word, from sums over ever wider bit fields."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    word = (word & pairs) + ((word >> np.uint64(2)) & pairs)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    word = word + (word >> np.uint64(8))
    word = word + (word >> np.uint64(16))
    word = word + (word >> np.uint64(32))
    return word & np.uint64(0x7F)


@njit(cache=True, nogil=True, error_model="numpy")
def _toss(
    words: NDArray[np.uint64],
    digits: NDArray[np.uint8],
    tosses: NDArray[np.int64],
    state: NDArray[np.int64],
    heads: NDArray[np.int64],
) -> None:
    """Continue to toss until the words run out or all replicates are done.

    `state` holds where to continue: the replicate, the digit, the number of tosses undecided before
    that digit, the number of them that have not drawn their bit, and the number of ones drawn so
    far.
    """
    replicate, place, undecided, waiting, ones = state
    used = 0
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    while replicate < heads.size:
        if undecided > 64:
            whole = min(waiting // 64, words.size - used)
            drawn = np.uint64(0)
            for i in range(used, used + whole):
                drawn += _ones(words[i])
            used += whole
            waiting -= 64 * whole
            if 0 < waiting < 64 and used < words.size:
                drawn += _ones(words[used] & (full >> np.uint64(64 - waiting)))
                used += 1
                waiting = 0
            ones += np.int64(drawn)
            if waiting > 0:
                break
            if digits[place] == 1:  # U has a 0 where p has a 1: heads
                heads[replicate] += undecided - ones
                undecided = ones
            else:  # U has a 1 where p has a 0: tails
                undecided -= ones
            place += 1
        else:
            if words.size - used < digits.size - place:
                break
            open_tosses = full >> np.uint64(64 - undecided) if undecided > 0 else np.uint64(0)
            below = np.uint64(0)
            while open_tosses != np.uint64(0) and place < digits.size:
                word = words[used]
                used += 1
                if digits[place] == 1:
                    below |= open_tosses & ~word
                    open_tosses &= word
                else:
                    open_tosses &= ~word
                place += 1
            heads[replicate] += np.int64(_ones(below))
            place = digits.size
        if place == digits.size:  # all decided; where all digits of U equal those of p: tails
            replicate += 1
            place, undecided = 0, tosses[replicate] if replicate < tosses.size else 0
        waiting, ones = undecided, 0
    state[:] = replicate, place, undecided, waiting, ones
