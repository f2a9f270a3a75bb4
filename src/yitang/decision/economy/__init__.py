"""Indicators of the digital economy and major projects."""
