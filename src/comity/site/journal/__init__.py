"""The store in SQL, and projections that can be rebuilt."""
