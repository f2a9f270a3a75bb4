"""Datasets, their fields, owners and sharing terms."""
