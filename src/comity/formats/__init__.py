"""Facts and acts out and in, in the formats others use."""
