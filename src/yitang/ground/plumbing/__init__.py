"""Django-aware tools: settings, jobs, events, encryption, signing, pages, replays."""
