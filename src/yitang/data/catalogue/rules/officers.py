"""Who may look into the catalogue."""

from __future__ import annotations

# Who may look into the catalogue: every officer but those who keep machines and grant roles.
OFFICERS = frozenset(
    {
        "clerk", "handler", "data_officer", "sharing_head", "hotline_agent", "dispatcher",
        "supervisor", "leader", "audit_admin", "system",
    }
)  # fmt: skip
