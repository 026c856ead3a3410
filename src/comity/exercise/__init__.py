"""Many nodes in one process under a seeded clock."""
