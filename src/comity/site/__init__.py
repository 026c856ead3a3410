"""The Django project of one node."""
