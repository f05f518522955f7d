"""The Voices page: recordings at the left, what is heard in the middle, what to do at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import api
from ui import voice_words
from ui.desk import Desk, Item, State
from ui.pages import VOICES
from ui.pages.enrol import EnrolDialog, own_recordings
from ui.pages.files_page import FilesPage
from ui.pages.voice_listening import Listening
from ui.pages.voice_model import Recording, VoiceModel
from ui.pages.voice_panel import VoicePanel
from ui.widgets.drop_zone import DropZone
from ui.widgets.small import ground
from ui.widgets.sound_bar import SoundBar
from ui.widgets.sound_view import SoundView
from ui.widgets.transport import Transport


class VoicesPage(FilesPage[Recording]):
    entry = VOICES
    suffixes = VOICES.suffixes
    sample = "words.flac"
    kind = api.ProtectVoice

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, VoiceModel(), DropZone("voices"), parent)
        player = desk.player()
        self.view = SoundView(desk, player)
        self.bar = SoundBar(self.view)
        self.transport = Transport(desk, player)
        self.panel = VoicePanel(desk)
        self.listening = Listening(desk, self.model, self.view, self.transport, self)
        self.lay_out(self._middle(), self.panel)
        self._bind()
        self.begin()

    def _middle(self) -> QWidget:
        middle = QWidget()
        ground(middle, "canvas")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.transport)
        return middle

    def _bind(self) -> None:
        panel, outcome = self.panel, self.panel.outcome
        panel.protect.clicked.connect(self.go)
        panel.preview.clicked.connect(self.preview)
        panel.profile.enrol.connect(self.enrol)
        self.listening.preview_changed.connect(self.show_targets)
        self.follow(outcome)
        outcome.clones.wanted.connect(self.rehearse)
        outcome.clones.cancel.connect(self._cancel_rehearsal)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self.preview)

    # ---- files and jobs ---------------------------------------------------------------------

    def go(self) -> None:
        """The stretch at the cursor comes first, so that it can be heard within seconds."""
        if self.current is not None and self.current in self.targets():
            self.preview()
        super().go()

    def jobs(self) -> Callable[[Recording], api.Job]:
        return self.job

    def job(self, recording: Recording) -> api.ProtectVoice:
        """What the panel asks for."""
        details, scene = self.panel.details, self.panel.scene.scene
        regions = recording.regions if recording.edited else None
        return api.ProtectVoice(
            file=recording.path,
            home=self.desk.folder("data"),
            methods=details.methods(scene),
            strength=self.panel.strength.strength,
            quality=details.quality.currentData(),
            profile=self.panel.profile.profile,
            scene=scene,
            regions=tuple(api.Span(*r) for r in regions) if regions is not None else None,
            seed=details.seed,
            out=self.out(recording),
        )

    def preview(self) -> None:
        current = self.current
        if current is not None and self.listening.can_preview:
            self.listening.preview(current, self.job(current))

    def rehearse(self) -> None:
        current = self.current
        result = current.result if current else None
        if current is not None and result is not None:
            clips = self.desk.folder("sounds")
            job = api.RehearseVoice(current.path, result.output, clips=clips)
            self.desk.submit((job,))

    def enrol(self) -> None:
        dialog = EnrolDialog(self.desk, self)
        dialog.learn.connect(lambda job: self.desk.submit((job,)))
        dialog.open()

    def _cancel_rehearsal(self) -> None:
        current = self.current
        if current is not None and current.rehearsal is not None:
            self.desk.cancel(current.rehearsal.id)

    def heed(self, item: Item) -> None:
        """Rehearsals belong to their recording; a voice that was learnt can be chosen."""
        if isinstance(item.job, api.RehearseVoice):
            recording = self.model.of_output(item.job.protected)
            if recording is not None:
                recording.rehearsal = item
                if recording is self.current:
                    self.panel.outcome.show_entry(recording)
        elif isinstance(item.job, api.EnrolVoice) and item.state == State.DONE:
            for file in item.job.files:
                if file.parent == own_recordings(self.desk):
                    file.unlink(missing_ok=True)
            self.desk.set_setting("voice_profile", item.job.name)
            self.panel.profile.refresh()

    def ended(self, entry: Recording) -> str:
        if entry.state == State.DONE:
            return self.tr("{file} is protected.").format(file=entry.path.name)
        return self.tr("{file} could not be protected.").format(file=entry.path.name)

    # ---- what is on screen ------------------------------------------------------------------

    def show_current(self) -> None:
        current = self.current
        self.listening.show_recording(current)
        self.panel.outcome.show_entry(current)
        self.bar.set_file(current.path.name if current else "")
        self.bar.show_state()
        self.show_targets()

    def show_targets(self) -> None:
        super().show_targets()
        self.panel.show_preview(
            self.current is not None and not self.current.active,
            ready=self.listening.can_preview,
            waiting=self.listening.previewing,
        )

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Drop recordings here"),
            self.tr(
                "Cloakroom adds a faint sound to your voice that misleads some of the AI models "
                "which compare voices, and lets you hear it before you publish. A cloner may still "
                "copy the voice; you can try that here. Your originals stay as they are, and "
                "everything happens on this computer."
            ),
            self.tr("Open recordings…"),
            self.tr("Add a folder…"),
            self.tr("Dropping and pasting work anywhere in this window."),
        )
        self.list.set_words(
            self.tr("Recordings"),
            self.tr("Open recordings"),
            self.tr("Drop recordings or folders anywhere"),
            voice_words.recordings,
        )
