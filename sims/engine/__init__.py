"""From a plan to observations: cells, seeds, executors, the run database."""
