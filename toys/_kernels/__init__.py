"""Fields, checks and numerical kernels that toys of several families share."""
