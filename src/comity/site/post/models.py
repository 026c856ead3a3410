"""The tables of the post: sessions of peers at our door."""

from comity.site.post.sessions import Session

__all__ = ["Session"]
