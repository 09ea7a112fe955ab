"""Coins and dice.

Is the loss of what is counted 1/N, whatever is counted, and from which N on?
"""
