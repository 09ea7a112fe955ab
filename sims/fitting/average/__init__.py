"""The exponent, averaged over finite-size corrections that are not known."""
