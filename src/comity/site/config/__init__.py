"""Settings, addresses, wiring."""
