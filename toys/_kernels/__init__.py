"""Kernels that toys of several families share."""
