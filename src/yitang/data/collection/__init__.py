"""Sources, handover receipts, quality rules, rejected rows."""
