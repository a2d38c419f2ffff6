"""Pictures of an environment for people: where clients are led, who keeps what, and what a lost region changes."""

from backstay.diagram.picture import mermaid

__all__ = ["mermaid"]
