"""Service halls and the windows they need."""
