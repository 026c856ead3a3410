"""States agree confidence-building measures and carry them out."""
