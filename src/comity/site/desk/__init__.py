"""Drafts, reviews, and release by a second person."""
