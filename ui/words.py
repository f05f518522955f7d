"""The words the whole window shares, in the current language: one thing, one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from engine import api
from engine.wording import (
    ATTACKS,
    CONTROLS,
    FORBIDS,
    INSTRUCTIONS,
    MEASURES,
    NOTES,
    STAGES,
    TREATMENTS,
    VERDICTS,
    WORKING,
)
from ui import voice_words
from ui.desk import Item, State


def translate(context: str, text: str) -> str:
    """For the engine's words that are put together with a ``translate`` passed in."""
    return QCoreApplication.translate(context, text)


def threat(key: str) -> tuple[str, str]:
    """Title and one sentence of a threat."""
    return {
        "edit": (
            QCoreApplication.translate("Words", "AI editing"),
            QCoreApplication.translate("Words", "Someone asks an AI to change this picture"),
        ),
        "faceswap": (
            QCoreApplication.translate("Words", "Face swapping"),
            QCoreApplication.translate("Words", "Someone puts this face into another picture"),
        ),
        "personalise": (
            QCoreApplication.translate("Words", "Training on my style"),
            QCoreApplication.translate("Words", "Someone trains a personal model on it"),
        ),
    }[key]


def strength(key: str) -> str:
    return {
        "invisible": QCoreApplication.translate("Words", "Invisible"),
        "balanced": QCoreApplication.translate("Words", "Balanced"),
        "strong": QCoreApplication.translate("Words", "Strong"),
    }[key]


def promise(key: str) -> str:
    """What a strength asks of the picture; the figure is the goal the result is held to."""
    return {
        "invisible": QCoreApplication.translate(
            "Words", "No change you would notice. Aims for 40 dB PSNR or more."
        ),
        "balanced": QCoreApplication.translate(
            "Words",
            "Faint grain when you look closely, a little more on faces. Aims for 36 dB PSNR or "
            "more.",
        ),
        "strong": QCoreApplication.translate(
            "Words", "Visible grain, most of all in smooth areas. Aims for 32 dB PSNR or more."
        ),
    }[key]


def state(value: State) -> str:
    return {
        State.WAITING: QCoreApplication.translate("Words", "Waiting"),
        State.RUNNING: QCoreApplication.translate("Words", "Working"),
        State.PAUSED: QCoreApplication.translate("Words", "Paused"),
        State.DONE: QCoreApplication.translate("Words", "Protected"),
        State.FAILED: QCoreApplication.translate("Words", "Failed"),
        State.CANCELLED: QCoreApplication.translate("Words", "Cancelled"),
        State.UNFINISHED: QCoreApplication.translate("Words", "Not finished last time"),
    }[value]


# Bytes a second to reckon with before the first download has shown a real rate.
USUAL_RATE = 2e6

STATE_ICONS: dict[State, tuple[str, str]] = {
    State.WAITING: ("waiting", "muted"),
    State.RUNNING: ("running", "accent"),
    State.PAUSED: ("pause", "muted"),
    State.DONE: ("done", "accent"),
    State.FAILED: ("warning", "danger"),
    State.CANCELLED: ("stopped", "muted"),
    State.UNFINISHED: ("unfinished", "muted"),
}


def stage(key: str) -> str:
    """What the engine is doing; an unknown stage is simply work."""
    return QCoreApplication.translate("Words", STAGES.get(key, WORKING))


def note(key: str) -> str | None:
    """A sentence for a note of a result; None for one this version has no words for."""
    return QCoreApplication.translate("Words", NOTES[key]) if key in NOTES else None


def treatment(key: str) -> str:
    """What was done to a file before it was misused."""
    return _said(TREATMENTS, key)


def attack(key: str) -> str:
    return _said(ATTACKS, key)


def instruction(key: str) -> str:
    """A built-in edit, as people ask for it."""
    return _said(INSTRUCTIONS, key)


def measure(key: str) -> str:
    """What the figures of a survival table are."""
    return _said(MEASURES, key)


def control(key: str) -> str:
    """What a figure of a survival table is compared with."""
    return _said(CONTROLS, key)


def verdict(compared_with: str, key: str) -> str:
    return QCoreApplication.translate("Words", VERDICTS[compared_with, key])


def _said(table: Mapping[str, str], key: str) -> str:
    """The words for a key; the key itself where this version has none."""
    return QCoreApplication.translate("Words", table[key]) if key in table else key


def percent(share: float, digits: int) -> str:
    text = QCoreApplication.translate("Words", "{number} %")
    return text.format(number=number(100 * share, digits))


def forbidden(key: str) -> str:
    """What a licence keeps its user from."""
    return QCoreApplication.translate("Words", FORBIDS[key]) if key in FORBIDS else key


def protections(tasks: Iterable[str]) -> str:
    """Against what the tasks of models protect, as a list; empty when none of them does."""
    known = {
        "protect-edit": QCoreApplication.translate("Words", "AI editing"),
        "protect-personalise": QCoreApplication.translate("Words", "training on your style"),
        "protect-faceswap": QCoreApplication.translate("Words", "face swapping"),
        "protect-voice": QCoreApplication.translate("Words", "voice cloning"),
    }
    wanted = set(tasks)
    named = [words for task, words in known.items() if task in wanted]
    return QCoreApplication.translate("Words", ", ").join(named)


def duration(seconds: float) -> str:
    """Rounded, as one says it: 16 s, 2 min, 1 h 5 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("Words", "{n} s").format(n=whole)
    minutes = round(whole / 60)
    if minutes < 60:
        return QCoreApplication.translate("Words", "{n} min").format(n=minutes)
    return QCoreApplication.translate("Words", "{h} h {m} min").format(
        h=minutes // 60, m=minutes % 60
    )


def number(value: float, digits: int) -> str:
    """In the language's own notation."""
    return QLocale().toString(float(value), "f", digits)


def memory(total: int | None, free: int | None) -> str:
    """Empty when nothing is known."""
    gib = 1024**3
    if total is None:
        return ""
    if free is None:
        return QCoreApplication.translate("Words", "{total} GB").format(
            total=number(total / gib, 1)
        )
    return QCoreApplication.translate("Words", "{free} of {total} GB free").format(
        free=number(free / gib, 1), total=number(total / gib, 1)
    )


def device(info: api.DeviceInfo) -> str:
    parts = (info.name, memory(info.total_memory, info.free_memory))
    return " · ".join(part for part in parts if part)


def status(item: Item) -> str:
    """One line on how a job stands."""
    result = item.result
    if (
        item.state == State.DONE
        and isinstance(result, api.PhotoResult | api.VoiceResult)
        and result.receipt is not None
    ):
        return f"{state(State.DONE)} · {duration(result.receipt.seconds)}"
    if item.state == State.DONE and not isinstance(item.job, api.ProtectPhoto | api.ProtectVoice):
        return QCoreApplication.translate("Words", "Done")
    progress = item.progress
    if item.state != State.RUNNING or progress is None:
        return state(item.state)
    if progress.stage == "download":
        return transfer(progress)
    if progress.stage != "optimise" or not progress.of:
        return stage(progress.stage)
    line = QCoreApplication.translate("Words", "{step} of {of}").format(
        step=progress.step, of=progress.of
    )
    return f"{line} · {left(progress.eta)}" if progress.eta is not None else line


def left(seconds: float) -> str:
    return QCoreApplication.translate("Words", "{time} left").format(time=duration(seconds))


def transfer(progress: api.Progress) -> str:
    """How far a download is, how fast, and how long it will take."""
    parts = [
        QCoreApplication.translate("Words", "{done} of {total}").format(
            done=size(progress.step), total=size(progress.of)
        )
    ]
    if progress.rate is not None:
        rate = QCoreApplication.translate("Words", "{size} per second")
        parts.append(rate.format(size=size(progress.rate)))
    if progress.eta is not None:
        parts.append(left(progress.eta))
    return " · ".join(parts)


def effort(count: int, rate: float | None) -> str:
    """What a download of ``count`` bytes takes; ``rate`` in bytes a second, where it is known."""
    if rate is not None:
        text = QCoreApplication.translate("Words", "{size}, about {time}.")
    else:
        text = QCoreApplication.translate("Words", "{size}, about {time} at {rate} per second.")
    rate = rate or USUAL_RATE
    return text.format(size=size(count), time=duration(count / rate), rate=size(rate))


def size(count: float) -> str:
    """Bytes in powers of ten, as disks and downloads are counted: 335 MB."""
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5 or unit == "GB":
            break
    return f"{number(count, 1 if count < 9.95 and unit != 'kB' else 0)} {unit}"


def photos(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("Words", "1 photo")
    return QCoreApplication.translate("Words", "{n} photos").format(n=QLocale().toString(count))


def files(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("Words", "1 file")
    return QCoreApplication.translate("Words", "{n} files").format(n=QLocale().toString(count))


def model(id: str) -> str:
    """A model's name: what kind it is, in plain words, and the rest of its id."""
    kind, _, rest = id.partition("-")
    names = {
        "autoencoder": QCoreApplication.translate("Words", "Picture encoder"),
        "denoiser": QCoreApplication.translate("Words", "Picture generator"),
        "editor": QCoreApplication.translate("Words", "Photo editor"),
        "adapter": QCoreApplication.translate("Words", "Reference adapter"),
        "identity": QCoreApplication.translate("Words", "Face recogniser"),
        "locator": QCoreApplication.translate("Words", "Face finder"),
        "semantic": QCoreApplication.translate("Words", "Picture and text judge"),
        "speaker": QCoreApplication.translate("Words", "Voice recogniser"),
        "cloner": QCoreApplication.translate("Words", "Voice cloner"),
        "vocoder": QCoreApplication.translate("Words", "Vocoder"),
        "acoustic": QCoreApplication.translate("Words", "Voice encoder"),
        "detector": QCoreApplication.translate("Words", "Fake detector"),
        "speech": QCoreApplication.translate("Words", "Speech network"),
    }
    return f"{names[kind]} · {rest}" if kind in names else id


def job(what: api.Job) -> str:
    """What a job is called in the list: its file, or what it does to which model."""
    if isinstance(what, api.DownloadModel):
        text = QCoreApplication.translate("Words", "Download: {model}")
        return text.format(model=model(what.id))
    if isinstance(what, api.VerifyModel):
        text = QCoreApplication.translate("Words", "Check: {model}")
        return text.format(model=model(what.id))
    if isinstance(what, api.RemoveModel):
        text = QCoreApplication.translate("Words", "Remove: {model}")
        return text.format(model=model(what.id))
    if isinstance(what, api.ImportModel):
        text = QCoreApplication.translate("Words", "Take in: {file}")
        return text.format(file=what.source.name)
    if isinstance(what, api.MoveModels):
        text = QCoreApplication.translate("Words", "Move models to {folder}")
        return text.format(folder=what.target)
    if isinstance(what, api.MeasureSpeed):
        return QCoreApplication.translate("Words", "Speed of this computer")
    if isinstance(what, api.MarkFile):
        text = QCoreApplication.translate("Words", "Mark: {file}")
        return text.format(file=what.file.name)
    if isinstance(what, api.SanitiseFile):
        text = QCoreApplication.translate("Words", "Clean: {file}")
        return text.format(file=what.file.name)
    if isinstance(what, api.VerifyFile):
        text = QCoreApplication.translate("Words", "Look for marks: {file}")
        return text.format(file=what.file.name)
    if isinstance(what, api.RehearsePhoto):
        text = QCoreApplication.translate("Words", "Rehearse: {file}")
        return text.format(file=what.file.name)
    if isinstance(what, api.RehearseVoice):
        text = QCoreApplication.translate("Words", "Clone the voice: {file}")
        return text.format(file=what.protected.name)
    if isinstance(what, api.EnrolVoice):
        text = QCoreApplication.translate("Words", "Learn the voice: {name}")
        return text.format(name=what.name)
    file: Path | None = getattr(what, "file", None)
    return file.name if file is not None else what.kind


def made(kind: str) -> str:
    """What a job of this kind has done to a file, for the history; empty for one unknown."""
    return {
        "protect-photo": QCoreApplication.translate("Words", "Photo protected"),
        "protect-voice": QCoreApplication.translate("Words", "Recording protected"),
        "mark-file": QCoreApplication.translate("Words", "Marked as yours"),
        "sanitise-file": QCoreApplication.translate("Words", "Hidden messages removed"),
        "hide-text": QCoreApplication.translate("Words", "Edited, with a hidden text"),
        "edit-marked": QCoreApplication.translate("Words", "Edited and marked as yours"),
    }.get(kind, "")


def left_over(jobs: tuple[api.Job, ...]) -> str:
    """What jobs were interrupted, in one line: 3 photos, 1 model download."""
    kinds = [job.kind for job in jobs]
    count = kinds.count(api.ProtectPhoto.kind)
    voices = kinds.count(api.ProtectVoice.kind)
    downloads = kinds.count(api.DownloadModel.kind)
    other = len(kinds) - count - voices - downloads
    number = QLocale().toString
    parts = [photos(count)] if count else []
    if voices:
        parts.append(voice_words.recordings(voices))
    if downloads:
        one = QCoreApplication.translate("Words", "1 model download")
        many = QCoreApplication.translate("Words", "{n} model downloads")
        parts.append(one if downloads == 1 else many.format(n=number(downloads)))
    if other:
        one = QCoreApplication.translate("Words", "1 other job")
        many = QCoreApplication.translate("Words", "{n} other jobs")
        parts.append(one if other == 1 else many.format(n=number(other)))
    return QCoreApplication.translate("Words", ", ").join(parts)


def key_text(shortcut: str) -> str:
    """A keyboard shortcut as this system writes it."""
    from PySide6.QtGui import QKeySequence

    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
