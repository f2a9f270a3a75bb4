"""A metric is defined once, versioned, with its rollups; pages only draw."""
