"""Compute and optimisers.

Is the loss a power of the number of steps, and does the optimiser set the exponent?
"""
