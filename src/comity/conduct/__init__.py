"""What the acts amount to: terms, cases, duties, consents; pure folds."""
