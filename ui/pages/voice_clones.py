"""The rehearsal: what a cloner makes of the original and of the protected file, to be heard side
by side, with what an unseen recogniser says of each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from engine import api
from ui import icons, theme, voice_words, words
from ui.desk import Desk, Item, State
from ui.player import Track
from ui.widgets.busy import Busy
from ui.widgets.measures import MeasureTable, Row
from ui.widgets.small import Note, button, hairline, label

OPEN = (State.WAITING, State.RUNNING, State.PAUSED)


class VoiceClones(QWidget):
    wanted = Signal()
    cancel = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._player = desk, desk.player()
        self._item: Item | None = None
        self._shown: api.VoiceRehearsal | None = None
        self._clips: dict[Path, QPushButton] = {}
        self._title = label("section")
        self._words = label("small", wrap=True)
        self.start = button("", "voices")
        self._busy = Busy()
        self._problem = Note("warning", "danger")
        self._verdict = label("", wrap=True)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.Space.XS)
        self._table, self._survival = MeasureTable(), MeasureTable()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.Space.S, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(hairline())
        for part in (self._title, self._words, self._busy, self._problem, self._verdict):
            layout.addWidget(part)
        layout.addLayout(self._grid)
        for part in (self._table, self._survival, self.start):
            layout.addWidget(part)
        self.start.clicked.connect(self.wanted)
        self._busy.cancel.clicked.connect(self.cancel)
        self._player.changed.connect(self._show_playing)
        self.retranslate()

    def show_item(self, item: Item | None) -> None:
        """How the rehearsal of the shown recording stands; None before it was asked for."""
        self._item = item
        state = item.state if item else None
        result = item.result if item and isinstance(item.result, api.VoiceRehearsal) else None
        self._busy.setVisible(state in OPEN)
        if item is not None and state in OPEN:
            self._busy.show_item(item.state, item.progress)
        self._problem.setVisible(state == State.FAILED)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        self._words.setVisible(result is None and state not in OPEN)
        self.start.setVisible(state not in OPEN)
        again = state is not None
        self.start.setText(self.tr("Clone me again") if again else self.tr("Clone me"))
        for part in (self._verdict, self._table, self._survival):
            part.setVisible(result is not None)
        if result is not self._shown:
            self._shown = result
            self._show_clips(result.clips if result else ())
        if result is not None:
            self._show_result(result)

    def _show_clips(self, clips: tuple[api.SoundClip, ...]) -> None:
        """A button for each: original left, protected right, one row for each seed."""
        while (entry := self._grid.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._clips = {}
        rows = {"original": 0, "protected": 0}
        for clip in clips:
            side = next((s for s in rows if s in clip.name), "original")
            made = button("", "play")
            made.setText(voice_words.clip(clip.name))
            made.setAccessibleName(self.tr("Play the clone: {clip}").format(clip=made.text()))
            made.clicked.connect(lambda _=False, file=clip.file: self._play(file))
            self._grid.addWidget(made, rows[side], 0 if side == "original" else 1)
            rows[side] += 1
            self._clips[clip.file] = made

    def _play(self, file: Path) -> None:
        player = self._player
        if player.playing and player.track == Track(file):
            player.pause()
            return
        player.set_loop(None)
        player.load(Track(file), at=0)
        player.play()

    def _show_playing(self) -> None:
        track = self._player.track
        for file, made in self._clips.items():
            playing = self._player.playing and track == Track(file)
            made.setIcon(icons.icon("pause" if playing else "play"))

    def _show_result(self, result: api.VoiceRehearsal) -> None:
        self._verdict.setText(self._sentence(result.clones))
        self._table.show_rows(
            self.tr("How much a clone sounds like you, to a recogniser that was not used"),
            (self.tr("yours"), self.tr("original"), self.tr("noise")),
            [
                Row(
                    words.model(clone.cloner),
                    (
                        _two(clone.protected),
                        _two(clone.original),
                        _two(min(clone.white, clone.speech)),
                    ),
                    good=_beyond_noise(clone),
                )
                for clone in result.clones
            ],
        )
        table = result.survival
        self._survival.setVisible(table is not None)
        if table is not None:
            self._survival.show_rows(
                self.tr("What is left after somebody changes the file (lower is better)"),
                (self.tr("yours"), self.tr("untouched")),
                [
                    Row(
                        voice_words.treatment(row.treatment),
                        (_two(row.effect), _two(row.control)),
                        good=table.verdict(row) == "worse",
                    )
                    for row in table.rows
                ],
            )

    def _sentence(self, clones: tuple[api.CloneSimilarity, ...]) -> str:
        """Less like the voice counts only beyond what noise of the same strength does."""
        if any(_beyond_noise(clone) for clone in clones):
            return self.tr("In our test the clones of your file sound less like you.")
        if any(clone.drop_low > 0 for clone in clones):
            return self.tr(
                "In our test the clones of your file sound less like you, but noise of the same "
                "strength does as much."
            )
        return self.tr("In our test the clones sound as much like you as before: no effect.")

    def retranslate(self) -> None:
        self._title.setText(self.tr("What a cloner would get"))
        self._words.setText(
            self.tr(
                "Have a voice cloner try it here, on this computer: once from the original, once "
                "from your file, and hear both."
            )
        )
        self._shown = None
        self.show_item(self._item)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _beyond_noise(clone: api.CloneSimilarity) -> bool:
    return clone.drop_low > 0 and clone.protected < min(clone.white, clone.speech)


def _two(value: float) -> str:
    return words.number(value, 2)
