"""Service items, materials, trips, applications and e-certificates."""
