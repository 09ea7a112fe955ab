"""Toy models of scaling laws, simulated.

Each file of this folder holds one toy family; adding a toy is adding a file. Nothing here
knows what the algebra says: that is `symbolic`, and `sims` compares the two.

>>> from toys import Bernoulli
>>> Bernoulli(p=0.3, pseudocount=0.5, N=1000).exact()
0.00049978...
"""

from typing import TYPE_CHECKING, Any

from toys.moments import Moments
from toys.registry import broken, classes, get, names, resolve
from toys.toy import Size, Toy

if TYPE_CHECKING:  # what type checkers see; at run time the folder is scanned
    from toys.adam import Adam as Adam
    from toys.adaptive import Adagrad as Adagrad
    from toys.adaptive import Newton as Newton
    from toys.adaptive import NormalisedDescent as NormalisedDescent
    from toys.automata import EhrenfestAutomaton as EhrenfestAutomaton
    from toys.averaging import AveragedDescent as AveragedDescent
    from toys.bernoulli import Bernoulli as Bernoulli
    from toys.capacity import Capacity as Capacity
    from toys.categorical import Categorical as Categorical
    from toys.code_length import CodeLength as CodeLength
    from toys.data_quality import Erasures as Erasures
    from toys.data_quality import LabelNoise as LabelNoise
    from toys.debiasing import DebiasedCoin as DebiasedCoin
    from toys.descent import GradientDescent as GradientDescent
    from toys.descent import ScheduledDescent as ScheduledDescent
    from toys.diminishing import DiminishingReturns as DiminishingReturns
    from toys.double_descent import DoubleDescent as DoubleDescent
    from toys.double_descent import OmittedFeatures as OmittedFeatures
    from toys.ensemble import BaggedMean as BaggedMean
    from toys.ensemble import Ensemble as Ensemble
    from toys.entmax import EntmaxDescent as EntmaxDescent
    from toys.entmax import EntmaxFlow as EntmaxFlow
    from toys.fenchel_young import FenchelYoung as FenchelYoung
    from toys.flows import AdagradFlow as AdagradFlow
    from toys.flows import DeepLinear as DeepLinear
    from toys.flows import GradientFlow as GradientFlow
    from toys.flows import SoftmaxFlow as SoftmaxFlow
    from toys.flows import SquaredLossFlow as SquaredLossFlow
    from toys.gaussian import GaussianMean as GaussianMean
    from toys.heavy_tails import StableMean as StableMean
    from toys.heavy_tails import StudentMean as StudentMean
    from toys.heavy_tails import StudentMedian as StudentMedian
    from toys.hinge import Hinge as Hinge
    from toys.hinge import HingeDescent as HingeDescent
    from toys.improvement import BernoulliImprovement as BernoulliImprovement
    from toys.improvement import FrozenImprovement as FrozenImprovement
    from toys.interior import InteriorDescent as InteriorDescent
    from toys.interior import InteriorFlow as InteriorFlow
    from toys.memory import HalvingCounter as HalvingCounter
    from toys.morris import MorrisCounter as MorrisCounter
    from toys.morris import MorrisLevels as MorrisLevels
    from toys.neighbor import NearestNeighbor as NearestNeighbor
    from toys.noisy_threshold import MassartThreshold as MassartThreshold
    from toys.noisy_threshold import TsybakovThreshold as TsybakovThreshold
    from toys.optimisers import HeavyBall as HeavyBall
    from toys.optimisers import Nesterov as Nesterov
    from toys.pac import AgnosticMinimax as AgnosticMinimax
    from toys.pac import Intervals as Intervals
    from toys.quantiser import Quantiser as Quantiser
    from toys.quota import QuotaSampling as QuotaSampling
    from toys.rare import RareCoin as RareCoin
    from toys.rates import GeometricAtoms as GeometricAtoms
    from toys.rates import MemorisedAtoms as MemorisedAtoms
    from toys.regression import LinearRegression as LinearRegression
    from toys.slow_atoms import SlowAtoms as SlowAtoms
    from toys.stochastic import ConstantStep as ConstantStep
    from toys.stochastic import StochasticDescent as StochasticDescent
    from toys.subset_sum import SubsetSum as SubsetSum
    from toys.threshold import RandomThreshold as RandomThreshold
    from toys.threshold import Threshold as Threshold
    from toys.unknown_variance import GaussianFit as GaussianFit
    from toys.updown import UpDownCounter as UpDownCounter
    from toys.updown import UpDownEstimate as UpDownEstimate
    from toys.weight_decay import WeightDecay as WeightDecay

__all__ = ["Moments", "Size", "Toy", "broken", "classes", "get", "names", "resolve"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        for toy in classes().values():
            if toy.__name__ == name:
                return toy
        raise AttributeError(f"module 'toys' has no attribute {name!r}; toys: {', '.join(names())}")

    def __dir__() -> list[str]:
        return sorted([*__all__, *(toy.__name__ for toy in classes().values())])
