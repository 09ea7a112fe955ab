"""Which toy witnesses which derivation: the name of the toy, by the name of the derivation."""

WITNESSES: dict[str, str] = {
    "bernoulli.data": "bernoulli",
    "bernoulli.boundary": "bernoulli",
    "gaussian.data": "gaussian_mean",
    "gaussian.likelihood": "gaussian_mean",
    "improvement.data": "bernoulli_improvement",
    "improvement.boundary": "bernoulli_improvement",
    "fluctuation.interior": "bernoulli_improvement",
    "fluctuation.boundary": "bernoulli_improvement",
    "improvement.frozen": "frozen_improvement",
    "capacity.exponential_nats": "capacity",
    "capacity.exponential_bits": "capacity",
    "capacity.power": "capacity",
    "capacity.shared_states": "capacity",
    "capacity.shared_nats": "capacity",
    "capacity.shared_bits": "capacity",
    "torus.absolute": "nearest_neighbor",
    "torus.squared": "nearest_neighbor",
    "torus.zero_one": "nearest_neighbor",
    "sphere.absolute": "nearest_neighbor",
    "sphere.squared": "nearest_neighbor",
    "sphere.zero_one": "nearest_neighbor",
    "interval.absolute": "nearest_neighbor",
    "interval.squared": "nearest_neighbor",
    "interval.zero_one": "nearest_neighbor",
}
"""A derivation without an entry has no toy yet."""
