"""What can go wrong, as data: a code, its details, and one sentence a user can act on.

The engine raises ``Problem``; it travels through the child process unchanged. The English
sentence lives here once, marked for Qt's translation tools, so that the window and the command
line show the same words in the user's language without the engine knowing Qt.
"""

from __future__ import annotations

from typing import Any

from engine.marked import QT_TRANSLATE_NOOP as QT_TRANSLATE_NOOP
from engine.photo_problems import PHOTO

SENTENCES: dict[str, str] = {
    **PHOTO,
    "internal": QT_TRANSLATE_NOOP(
        "Problem",
        "Something went wrong inside Cloakroom ({detail}). Please try again; "
        "if it happens again, save the log from Settings.",
    ),
    "engine.died": QT_TRANSLATE_NOOP(
        "Problem",
        "The engine stopped unexpectedly while working on this file. Nothing was written. "
        "It has been restarted: choose Retry.",
    ),
    "engine.broken": QT_TRANSLATE_NOOP(
        "Problem",
        "The engine stopped several times in a row and was not started again. Nothing was "
        "written. Choose Retry; if it happens again, restart the computer or save the log "
        "from Settings.",
    ),
    "engine.memory": QT_TRANSLATE_NOOP(
        "Problem",
        "There is not enough free memory for this file, even in small pieces. "
        "Close other programs and choose Retry.",
    ),
    "device.missing": QT_TRANSLATE_NOOP(
        "Problem",
        "The device {device} is not available on this computer. Choose one of: {choices}.",
    ),
    "file.missing": QT_TRANSLATE_NOOP("Problem", "{file} does not exist any more."),
    "file.unreadable": QT_TRANSLATE_NOOP(
        "Problem", "{file} cannot be opened. Check that you are allowed to read it."
    ),
    "file.empty": QT_TRANSLATE_NOOP("Problem", "{file} is empty (0 bytes)."),
    "folder.unwritable": QT_TRANSLATE_NOOP(
        "Problem", "Cannot write into {folder}. Choose another folder for the results."
    ),
    "disk.full": QT_TRANSLATE_NOOP(
        "Problem",
        "The disk of {folder} is full. Free some space and choose Retry; nothing was written.",
    ),
    "receipt.newer": QT_TRANSLATE_NOOP(
        "Problem",
        "This receipt has format {schema}; this version of Cloakroom reads format {known}. "
        "Open it with the version that wrote it.",
    ),
    "receipt.broken": QT_TRANSLATE_NOOP(
        "Problem", "This is not a complete receipt of Cloakroom ({detail})."
    ),
    "folder.nothing": QT_TRANSLATE_NOOP("Problem", "There are no pictures in {folder}."),
    "folder.no-sound": QT_TRANSLATE_NOOP("Problem", "There are no recordings in {folder}."),
    "stopped": QT_TRANSLATE_NOOP("Problem", "Stopped before this file was finished."),
    "video.damaged": QT_TRANSLATE_NOOP(
        "Problem", "{file} is not a clip that Cloakroom can read, or it is damaged."
    ),
    "camera.few": QT_TRANSLATE_NOOP(
        "Problem",
        "A camera's fingerprint needs at least {needed} untouched photos of it; there are {given}.",
    ),
    "detectors.none": QT_TRANSLATE_NOOP(
        "Problem",
        "There is no downloaded detector for these files. Get one on the Models page first.",
    ),
    "detectors.few": QT_TRANSLATE_NOOP(
        "Problem",
        "At least {needed} usable files are needed to measure a detector; there are {given}. "
        "Photos need 256 pixels, recordings two seconds of speech.",
    ),
    "camera.sizes": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} has another size than the other photos. Use untouched photos of one camera, "
        "all of the same size.",
    ),
    "identity.none": QT_TRANSLATE_NOOP(
        "Problem", "There is no identity yet. Create one first, then mark something with it."
    ),
    "credentials.sign": QT_TRANSLATE_NOOP(
        "Problem", "{file} could not be signed ({detail}). The unsigned file is unchanged."
    ),
    "credentials.root": QT_TRANSLATE_NOOP(
        "Problem", "The certificate {file} is damaged. Move it away; it is made anew when you sign."
    ),
    "recording.damaged": QT_TRANSLATE_NOOP(
        "Problem", "{file} is not a recording that Cloakroom can read, or it is damaged."
    ),
    "recording.other-shape": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} has another sample rate or other channels than the original, so they cannot be "
        "compared. Choose the original and its own protected file.",
    ),
    "sound.no-library": QT_TRANSLATE_NOOP(
        "Problem",
        "Sound cannot be played, since PortAudio is not on this computer. Install it with your "
        "system's packages (Debian and Ubuntu: libportaudio2); everything else works without it.",
    ),
    "sound.no-output": QT_TRANSLATE_NOOP(
        "Problem",
        "No loudspeaker or headphones can be used. Connect one or close the program that holds "
        "it, then press Play again.",
    ),
    "sound.no-input": QT_TRANSLATE_NOOP(
        "Problem",
        "No microphone can be used. Connect one and allow Cloakroom to use it in the system's "
        "settings, or choose recordings you have.",
    ),
    "recording.no-sound": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} has no sound track. Choose a recording, or a video with sound.",
    ),
    "recording.ffmpeg": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} needs the program ffmpeg, which is not on this computer. Install it, "
        "or save the sound as WAV, FLAC or MP3.",
    ),
    "recording.rate": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} has a sample rate of {rate} Hz; Cloakroom works with 8 to 192 kHz.",
    ),
    "recording.channels": QT_TRANSLATE_NOOP(
        "Problem", "{file} has {channels} channels; Cloakroom works with up to 8."
    ),
    "recording.short": QT_TRANSLATE_NOOP(
        "Problem", "{file} is shorter than 0.3 seconds. There is nothing to protect in it."
    ),
    "recording.long": QT_TRANSLATE_NOOP(
        "Problem", "{file} is longer than three hours. Cut it into parts and protect each."
    ),
    "recording.no-voice": QT_TRANSLATE_NOOP(
        "Problem",
        "Nobody seems to speak in {file}. If somebody does, mark where in the waveform.",
    ),
    "recording.other": QT_TRANSLATE_NOOP(
        "Problem",
        "The two recordings differ in length, rate or channels, so they cannot be compared. "
        "Choose the original and its own protected file.",
    ),
    "voice.too-little": QT_TRANSLATE_NOOP(
        "Problem",
        "There are only {seconds} seconds of speech in these files; at least {needed} are needed.",
    ),
    "profile.unknown": QT_TRANSLATE_NOOP(
        "Problem", "There is no voice called {name}. Enrol it first, or choose another."
    ),
    "profile.exists": QT_TRANSLATE_NOOP(
        "Problem", "There is already a voice called {name}. Choose another name."
    ),
    "profile.name": QT_TRANSLATE_NOOP(
        "Problem", "{name} cannot be a name here. Use letters, digits and spaces."
    ),
    "scene.unknown": QT_TRANSLATE_NOOP(
        "Problem", "There is no ambience called {name}. The list of ambiences shows the names."
    ),
    "scene.exists": QT_TRANSLATE_NOOP(
        "Problem", "There is already an ambience called {name}. Choose another name."
    ),
    "registry.damaged": QT_TRANSLATE_NOOP(
        "Problem",
        "The registry of marked works ({file}) is damaged. Restore it from a backup, "
        "or move it away to start a new one; marks can be verified without it.",
    ),
    "mark.scheme": QT_TRANSLATE_NOOP(
        "Problem", "The watermark {scheme} cannot be used for this file. Choose automatic."
    ),
    "mark.model": QT_TRANSLATE_NOOP("Problem", "The model {model} cannot carry a mark."),
    "mark.channel": QT_TRANSLATE_NOOP("Problem", "{channel} is none of: {choices}."),
    "hidden.long": QT_TRANSLATE_NOOP(
        "Problem", "The text is too long: {size} bytes, and at most {most} can be hidden."
    ),
    "hidden.empty": QT_TRANSLATE_NOOP("Problem", "There is no text to hide. Enter one."),
    "hidden.room": QT_TRANSLATE_NOOP(
        "Problem",
        "This edit of this picture has no room for {size} bytes of text: it could not be read "
        "back. Shorten the text, or choose a gentler instruction.",
    ),
    "mark.payload": QT_TRANSLATE_NOOP(
        "Problem", "{payload} is not a payload. It has up to 16 hexadecimal digits."
    ),
    "identity.damaged": QT_TRANSLATE_NOOP(
        "Problem",
        "The list of your identities ({file}) is damaged. Move it away, then restore your "
        "identities from their backup phrases or files; the keys themselves are untouched.",
    ),
    "identity.unknown": QT_TRANSLATE_NOOP(
        "Problem", "There is no identity called {name}. Create it first, or choose another."
    ),
    "identity.exists": QT_TRANSLATE_NOOP(
        "Problem", "There is already an identity called {name}. Choose another name."
    ),
    "identity.name": QT_TRANSLATE_NOOP(
        "Problem", "{name} cannot be the name of an identity. Use letters, digits and spaces."
    ),
    "identity.locked": QT_TRANSLATE_NOOP(
        "Problem",
        "This computer has no keychain that Cloakroom can use, so the key of {name} is kept in "
        "an encrypted file. Enter its passphrase.",
    ),
    "identity.passphrase": QT_TRANSLATE_NOOP(
        "Problem", "That is not the passphrase of {name}. Try again."
    ),
    "identity.lost": QT_TRANSLATE_NOOP(
        "Problem",
        "The key of {name} is no longer where it was kept. "
        "Restore it from your backup phrase or backup file.",
    ),
    "identity.phrase": QT_TRANSLATE_NOOP(
        "Problem", "This is not a valid backup phrase: {detail}. Check it for typing errors."
    ),
    "identity.backup": QT_TRANSLATE_NOOP(
        "Problem", "{file} is not a backup of an identity, or it is damaged."
    ),
    "store.unknown": QT_TRANSLATE_NOOP(
        "Problem", "There is no model called {id}. The list of models shows the names."
    ),
    "store.offline": QT_TRANSLATE_NOOP(
        "Problem",
        "Offline mode is on, so nothing is downloaded. Switch it off on the Models page, "
        "or use files you already have.",
    ),
    "store.consent": QT_TRANSLATE_NOOP(
        "Problem",
        "The licence of {id} ({licence}) must be agreed to before it is downloaded. "
        "Read it at {url}.",
    ),
    "store.mirror": QT_TRANSLATE_NOOP(
        "Problem",
        "{mirror} is not the address of a mirror. It must begin with http:// or https://.",
    ),
    "store.unreachable": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} cannot be reached. Check the connection, or choose a mirror on the Models page.",
    ),
    "store.certificate": QT_TRANSLATE_NOOP(
        "Problem",
        "The connection to {host} is not trusted by this computer. "
        "Check its clock, or ask whoever runs the network for its certificate.",
    ),
    "store.proxy": QT_TRANSLATE_NOOP(
        "Problem",
        "The proxy of this computer does not let through the connection to {host}. "
        "Check the proxy settings of the system.",
    ),
    "store.cut": QT_TRANSLATE_NOOP(
        "Problem",
        "The connection to {host} broke off again and again while {file} was fetched. "
        "What has arrived is kept: choose Retry to go on from there.",
    ),
    "store.busy": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} answers too many requests at the moment. What has arrived is kept: "
        "wait some minutes and choose Retry.",
    ),
    "store.server": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} has a fault of its own (status {status}). Wait a while and choose Retry, "
        "or choose a mirror on the Models page.",
    ),
    "store.answer": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} does not answer like a model hub. Check the mirror's address, "
        "and whether this network asks you to sign in first.",
    ),
    "store.by-hand": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} is not on the model hub. Fetch it from {url} with a browser, then add it as a file "
        "that you have.",
    ),
    "store.gated": QT_TRANSLATE_NOOP(
        "Problem",
        "{repo} is only given to people who have agreed to its terms. Agree at {url}, store "
        "your access token with the command hf auth login, and choose Retry. "
        "Mirrors cannot give it.",
    ),
    "store.repo-missing": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} has no model {repo} any more, or does not show it to you. "
        "If you have its files, choose Use files I have.",
    ),
    "store.revision-missing": QT_TRANSLATE_NOOP(
        "Problem",
        "The version {revision} of {repo} no longer exists, and another one is not taken "
        "unasked. Update Cloakroom, or use files you have.",
    ),
    "store.file-missing": QT_TRANSLATE_NOOP(
        "Problem",
        "{repo} has no file {file} any more. Update Cloakroom, or use files you have.",
    ),
    "store.other-file": QT_TRANSLATE_NOOP(
        "Problem",
        "{host} offers another {file} than the one that was announced. "
        "It was not downloaded. Try another mirror or the hub itself.",
    ),
    "store.mismatch": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} arrived from {host} with a wrong content and was thrown away. "
        "Choose Retry; if it happens again, try another mirror or the hub itself.",
    ),
    "store.disk": QT_TRANSLATE_NOOP(
        "Problem",
        "The disk of {folder} has {free} free, and {needed} are needed. "
        "Free some space, or move the models to another disk.",
    ),
    "store.disk-full": QT_TRANSLATE_NOOP(
        "Problem",
        "The disk of {folder} is full. What has arrived is kept: free some space "
        "and choose Retry to go on from there.",
    ),
    "store.folder": QT_TRANSLATE_NOOP(
        "Problem", "Models cannot be kept in {folder}: it cannot be written to."
    ),
    "store.absent": QT_TRANSLATE_NOOP(
        "Problem", "The model {id} is not on this computer. Download it on the Models page."
    ),
    "builtin.damaged": QT_TRANSLATE_NOOP(
        "Problem", "The built-in model {id} is missing or damaged. Install Cloakroom again."
    ),
    "store.damaged": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} of the model {id} is damaged, so it was not loaded. "
        "Choose Repair on the Models page.",
    ),
    "store.in-use": QT_TRANSLATE_NOOP(
        "Problem", "The model {id} is in use. Wait until the running job has ended."
    ),
    "store.occupied": QT_TRANSLATE_NOOP(
        "Problem", "{folder} already holds models. Choose another folder."
    ),
    "import.unknown": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} is none of the models Cloakroom knows. It can use those on the list of models.",
    ),
    "import.ambiguous": QT_TRANSLATE_NOOP(
        "Problem", "{file} could be one of {choices}. Say which one it is."
    ),
    "import.shape": QT_TRANSLATE_NOOP(
        "Problem", "{file} does not fit {id}: {detail}. Choose the file that belongs to it."
    ),
    "import.incomplete": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} alone is not enough for {id}; it also needs {missing}. Choose their folder.",
    ),
    "import.unsafe": QT_TRANSLATE_NOOP(
        "Problem",
        "{file} holds more than numbers, or is damaged, and was not opened. "
        "Look for a version in the safetensors format.",
    ),
    "model.unfit": QT_TRANSLATE_NOOP(
        "Problem",
        "The model {id} cannot be used: {detail}. Choose Repair on the Models page.",
    ),
}


class Problem(Exception):
    """An expected failure with a sentence for the user.

    ``code`` is a key of ``SENTENCES``; ``details`` fill the sentence's fields and must be plain
    values (str, int, float), since a problem is pickled from the engine's child process.
    """

    def __init__(self, code: str, **details: Any) -> None:
        if code not in SENTENCES:
            raise KeyError(f"no sentence for problem {code!r}")
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.code, self.details))

    def __str__(self) -> str:
        return SENTENCES[self.code].format(**self.details)


def _rebuild(code: str, details: dict[str, Any]) -> Problem:
    return Problem(code, **details)
