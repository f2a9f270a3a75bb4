"""Words everyone shares: errors, ids, the clock and the official calendar, identity codes, text."""
