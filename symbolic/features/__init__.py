"""Random features and kernels.

What do the width and the spectrum of features allow?
"""
