"""Losses over two size axes: surfaces L(N, D), their exponents and compute-optimal frontiers."""
