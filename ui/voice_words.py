"""The words of the Voices page: scenes, methods, strengths, what a clone sounds like."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate


def scene(id: str) -> str:
    """A built-in scene in the current language; an own one has the name its user gave it."""
    return {
        "rain": translate("VoiceWords", "Rain"),
        "wind": translate("VoiceWords", "Wind"),
        "street": translate("VoiceWords", "Street"),
        "cafe": translate("VoiceWords", "Café"),
        "train": translate("VoiceWords", "Train"),
        "airport": translate("VoiceWords", "Airport"),
        "room": translate("VoiceWords", "Quiet room"),
    }.get(id, id)


def method(key: str) -> tuple[str, str]:
    """A method's name and what it does in one sentence."""
    return {
        "auto": (
            translate("VoiceWords", "Automatic"),
            translate("VoiceWords", "Chosen by strength and ambience."),
        ),
        "cloneshield": (
            "CloneShield",
            translate(
                "VoiceWords",
                "A faint sound learnt from your voice, kept where speech drowns it out.",
            ),
        ),
        "sceneguard": (
            "SceneGuard",
            translate(
                "VoiceWords",
                "An ambience that everybody hears, shaped to hide the voice; in our test it did "
                "about as much as noise.",
            ),
        ),
        "vocalcrypt": (
            "VocalCrypt",
            translate(
                "VoiceWords",
                "False overtones below what the ear notices. Quick, without a model; in our test "
                "it did less than noise.",
            ),
        ),
    }[key]


def quality(key: str) -> str:
    return {
        "fast": translate("VoiceWords", "Fast"),
        "standard": translate("VoiceWords", "Standard"),
    }[key]


def promise(key: str) -> str:
    """What a strength asks of a voice; the figure is the goal the result is held to."""
    return {
        "invisible": translate(
            "VoiceWords", "Sounds like the original. Aims for intelligibility (STOI) of 0.99."
        ),
        "balanced": translate(
            "VoiceWords",
            "A faint hiss on good headphones. Aims for intelligibility (STOI) of 0.97.",
        ),
        "strong": translate(
            "VoiceWords",
            "Can be heard, speech stays clear. Aims for intelligibility (STOI) of 0.95.",
        ),
    }[key]


def recordings(count: int) -> str:
    if count == 1:
        return translate("VoiceWords", "1 recording")
    return translate("VoiceWords", "{n} recordings").format(n=QLocale().toString(count))


def read_aloud() -> str:
    """A text of about a minute with every kind of sound; for enrolling."""
    return translate(
        "VoiceWords",
        "Last summer my neighbour Joyce brought home an old wooden boat. It had been lying "
        "behind a barn for thirty years, and nobody believed it would ever float again. Every "
        "evening we heard her hammering, singing, and now and then laughing at something that "
        "had just gone wrong. “You choose,” she said when I asked about the colour, “but not "
        "beige, please!” So we painted it the blue of a clear sky in March.\n\n"
        "In September five of us pushed it down to the water. The wind was rough, the sun shone "
        "through thin clouds, and a few children on the bridge were shouting advice. For a moment "
        "it leaned over so far that everybody held their breath. Then, quite slowly, it turned, "
        "shook itself like a dog, and swam. How much did it cost? Eight hundred and forty-six "
        "pounds, two thumbs bruised, and one good pair of trousers. Would she do it again? "
        "Ask her yourself: she has already found the next one.",
    )


def treatment(key: str) -> str:
    """What was done to a recording before it was cloned."""
    return {
        "as-saved": translate("VoiceWords", "As it is"),
        "mp3-128": "MP3 128",
        "mp3-64": "MP3 64",
        "opus": "Opus",
        "aac-96": "AAC 96",
        "rate-16k": translate("VoiceWords", "16 kHz and back"),
        "rate-8k": translate("VoiceWords", "8 kHz and back"),
        "louder": translate("VoiceWords", "6 dB louder"),
        "quieter": translate("VoiceWords", "6 dB quieter"),
        "low-pass": translate("VoiceWords", "Low-pass filter"),
        "denoise": translate("VoiceWords", "Noise reduction"),
        "vocoder": translate("VoiceWords", "Vocoder round trip"),
    }.get(key, key)


def clip(name: str) -> str:
    """A clip of a rehearsal: "clone-original-1", "clone-protected-1", "phrase"."""
    kind, _, number = name.rpartition("-")
    texts = {
        "clone-original": translate("VoiceWords", "Original {n}"),
        "clone-protected": translate("VoiceWords", "Yours {n}"),
    }
    if kind in texts:
        return texts[kind].format(n=number)
    return translate("VoiceWords", "Before cloning") if name == "phrase" else name
