"""Recipes for the built-in models: ``python -m engine.training.NAME``."""
