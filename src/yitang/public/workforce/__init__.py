"""Queueing, staffing and rotas, for halls and hotline seats alike."""
