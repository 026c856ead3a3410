"""Delivery to peers, and the door where peers knock."""
