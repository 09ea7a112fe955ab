"""How often intervals cover, beside other estimators."""
