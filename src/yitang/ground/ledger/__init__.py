"""Append-only, hash-chained, signed entries of every use of personal data."""
