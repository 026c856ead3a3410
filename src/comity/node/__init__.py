"""One participant's office: issue, receive, tick, over ports."""
