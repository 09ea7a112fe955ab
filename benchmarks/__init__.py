"""Speed, calibration and published fits, each beside a peer; run from the root of the clone."""
