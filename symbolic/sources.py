"""The documents whose claims are judged, by author-year key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where a claim was made.

    Attributes
    ----------
    author, title : str
        As the source gives them.
    address : str
        Where it can be read; empty where no address is known.
    """

    author: str
    title: str
    address: str


SOURCES: dict[str, Source] = {
    "Cho2020": Source(
        "Kyunghyun Cho",
        "Scaling laws of recovering Bernoulli",
        "https://kyunghyuncho.me/scaling-law-of-estimating-bernoulli/",
    ),
    "Reform2024": Source(
        "REFORM reading group",
        "Slides on 'Explaining Neural Scaling Laws' by Bahri, Dyer, Kaplan, Lee and Sharma",
        "",
    ),
    "Shah2021": Source(
        "Rohin Shah",
        "[AN #140]: Theoretical models that predict scaling laws",
        "https://rohinshah.com/alignment-newsletter/",
    ),
    "Anonymous2024": Source(
        "anonymous",
        "Reading notes on scaling laws (core, seminal works, why big models work)",
        "",
    ),
}
