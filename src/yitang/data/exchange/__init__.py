"""Requests, grants and the gateway: every use proved."""
