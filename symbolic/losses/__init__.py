"""Other losses.

Does a loss other than the log loss change the exponent, in the data or in training?
"""
