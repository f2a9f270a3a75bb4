"""What people say: hot issues with their evidence."""
