"""Where to ask further: the pages of makers whose marks only they can read.

Nothing is sent there by this program: a person may open a page and decide what to show it.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.api import Media
from engine.problems import QT_TRANSLATE_NOOP

TITLE = QT_TRANSLATE_NOOP("Check", "Marks that only their makers can read")
ABOUT = QT_TRANSLATE_NOOP(
    "Check",
    "Some companies hide a mark of their own in what their AI makes, and alone can read it. Their "
    "pages may know more. What you upload there leaves this computer.",
)


class Maker(NamedTuple):
    name: str  # of a product: not translated
    about: str
    address: str
    media: tuple[Media, ...]


MAKERS: tuple[Maker, ...] = (
    Maker(
        "SynthID",
        QT_TRANSLATE_NOOP(
            "Check", "The hidden mark of Google's pictures, clips and sounds, and of some others'."
        ),
        "https://deepmind.google/models/synthid/",
        ("picture", "video", "recording"),
    ),
    Maker(
        "Content Credentials Verify",
        QT_TRANSLATE_NOOP(
            "Check", "Can find credentials again that were removed, where their signer kept a copy."
        ),
        "https://contentcredentials.org/verify",
        ("picture", "video", "recording"),
    ),
    Maker(
        "ElevenLabs",
        QT_TRANSLATE_NOOP("Check", "Says whether a voice was made with its own service."),
        "https://elevenlabs.io/ai-speech-classifier",
        ("recording", "video"),
    ),
)


def makers_of(media: Media) -> tuple[Maker, ...]:
    return tuple(maker for maker in MAKERS if media in maker.media)
