"""Regression and double descent.

How does regression scale, in the data and in the features?
"""
