"""Django-aware tools: the settings object, jobs, events, field encryption, signing, pagination, idempotency."""
