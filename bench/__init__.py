"""What a node costs, measured beside the bare primitives of the same run: `make bench`."""
