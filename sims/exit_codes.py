"""What the exit code of a command means."""

DONE, INTERNAL, BAD_INPUT, DISAGREES, INTERRUPTED = 0, 1, 2, 3, 130
