"""Ensembles and diminishing returns.

What do many models average out?
"""
