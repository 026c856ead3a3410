"""What is said between participants, and how it is proved."""
