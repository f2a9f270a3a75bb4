"""Scattered records made into the foundation databases."""
