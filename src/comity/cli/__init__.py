"""The command comity."""
