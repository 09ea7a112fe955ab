"""The documents whose claims are judged, and those whose argument they report, by key."""

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
    "Anonymous2024": Source(
        "anonymous",
        "Reading notes on scaling laws (core, seminal works, why big models work)",
        "",
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
    "Henighan2020": Source(
        "Henighan, Kaplan, Katz, Chen, Hesse, Jackson, Jun, Brown, Dhariwal, Gray, et al.",
        "Scaling Laws for Autoregressive Generative Modeling",
        "https://arxiv.org/abs/2010.14701",
    ),
    "Kaplan2020": Source(
        "Kaplan, McCandlish, Henighan, Brown, Chess, Child, Gray, Radford, Wu, Amodei",
        "Scaling Laws for Neural Language Models",
        "https://arxiv.org/abs/2001.08361",
    ),
    "Hoffmann2022": Source(
        "Hoffmann, Borgeaud, Mensch, Buchatskaya, Cai, Rutherford, de Las Casas, et al.",
        "Training Compute-Optimal Large Language Models",
        "https://arxiv.org/abs/2203.15556",
    ),
    "Besiroglu2024": Source(
        "Besiroglu, Erdil, Barnett, You (Epoch AI)",
        "Chinchilla Scaling: A replication attempt",
        "https://arxiv.org/abs/2404.10102",
    ),
    "Pearce2024": Source(
        "Pearce, Song",
        "Reconciling Kaplan and Chinchilla Scaling Laws",
        "https://arxiv.org/abs/2406.12907",
    ),
    "Brown2020": Source(
        "Brown, Mann, Ryder, Subbiah, Kaplan, Dhariwal, Neelakantan, Shyam, Sastry, et al.",
        "Language Models are Few-Shot Learners",
        "https://arxiv.org/abs/2005.14165",
    ),
    "Hutter2021": Source(
        "Hutter",
        "Learning Curve Theory",
        "https://arxiv.org/abs/2102.04074",
    ),
    "Michaud2023": Source(
        "Michaud, Liu, Girit, Tegmark",
        "The Quantization Model of Neural Scaling",
        "https://arxiv.org/abs/2303.13506",
    ),
    "Lin2024": Source(
        "Lin, Wu, Kakade, Bartlett, Lee",
        "Scaling Laws in Linear Regression: Compute, Parameters, and Data",
        "https://arxiv.org/abs/2406.08466",
    ),
    "Bahri2021": Source(
        "Bahri, Dyer, Kaplan, Lee, Sharma",
        "Explaining Neural Scaling Laws",
        "https://arxiv.org/abs/2102.06701",
    ),
    "SharmaKaplan2020": Source(
        "Sharma, Kaplan",
        "A Neural Scaling Law from the Dimension of the Data Manifold",
        "https://arxiv.org/abs/2004.10802",
    ),
}
"""By author-year key. Claims are listed in this order."""
