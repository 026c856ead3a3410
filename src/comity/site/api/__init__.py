"""The same over REST."""
