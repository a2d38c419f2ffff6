"""Where a value of a region stands: in the region, or in the section of the environment that it inherits."""

from backstay.environment_file.document import Document, Place
from backstay.topology import SHARED_SECTIONS


def home(document: Document, place: Place) -> Place:
    """The place in the text of a value, or of the nearest thing above it."""
    for depth in range(len(place), 0, -1):
        own, section = place[:depth], place[2:depth]
        if own in document.values:
            return own
        if place[0] == "regions" and section and section[0] in SHARED_SECTIONS and section in document.values:
            return section
    return ()
