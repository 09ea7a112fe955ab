"""Interpolation on manifolds.

Why is the exponent 1/d, 2/d or 4/d in d dimensions?
"""
