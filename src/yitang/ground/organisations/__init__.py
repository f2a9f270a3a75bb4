"""Divisions, organisations, people, roles, sign-in."""
