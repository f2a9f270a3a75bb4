"""Fusion over columns, written once for every engine.

``steps`` are plain functions over Arrow batches, ``expressions`` are Ibis over named tables,
``fusing`` runs both on an engine. ``scoring`` compares links with a truth. Workers of a
distributed engine import ``steps`` by name, so this file imports nothing.
"""
