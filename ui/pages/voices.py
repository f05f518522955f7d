"""The Voices page: recordings at the left, what is heard in the middle, what to do at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine import api
from ui import voice_words
from ui.desk import Desk, Item, State
from ui.pages.enrol import EnrolDialog, own_recordings
from ui.pages.page import Page
from ui.pages.receipt import ReceiptDialog
from ui.pages.voice_listening import Listening
from ui.pages.voice_model import Recording, VoiceModel
from ui.pages.voice_panel import VoicePanel
from ui.reveal import reveal
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_list import FileList
from ui.widgets.small import Soon, announce, ground
from ui.widgets.sound_bar import SoundBar
from ui.widgets.sound_view import SoundView
from ui.widgets.transport import Transport


class VoicesPage(Page):
    icon = "voices"
    suffixes = frozenset(api.VOICE_SUFFIXES)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        player = desk.player()
        self.model = VoiceModel(self)
        self.empty = DropZone("voices")
        self.list: FileList[Recording] = FileList(self.model)
        self.view = SoundView(desk, player)
        self.bar = SoundBar(self.view)
        self.transport = Transport(desk, player)
        self.panel = VoicePanel(desk)
        self.listening = Listening(desk, self.model, self.view, self.transport, self)
        self._lay_out()
        self._bind()
        for item in desk.items():
            if item.state != State.UNFINISHED:  # those are offered by the shell first
                self.model.put(item)
        self.retranslate()
        self._show_rows()

    def _lay_out(self) -> None:
        middle = QWidget()
        ground(middle, "canvas")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.transport)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.list, middle, self.panel):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([224, 600, 304])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _bind(self) -> None:
        desk, panel, outcome = self.desk, self.panel, self.panel.outcome
        desk.items_added.connect(self._items_added)
        desk.item_changed.connect(self._item)
        desk.item_removed.connect(self._item_removed)
        self._soon = Soon(self._show_targets, self)
        rows = Soon(self._show_rows, self)
        self.model.rowsInserted.connect(rows.ask)
        self.model.rowsRemoved.connect(self._show_rows)
        self.list.current_changed.connect(self._show)
        self.list.selection_changed.connect(self._show_targets)
        self.list.reveal.connect(self._reveal)
        for source in (self.empty, self.list):
            source.open_files.connect(self.open_files)
            source.open_folder.connect(self.open_folder)
        panel.protect.clicked.connect(self.protect)
        panel.preview.clicked.connect(self.preview)
        panel.profile.enrol.connect(self.enrol)
        self.listening.preview_changed.connect(self._show_targets)
        outcome.cancel.connect(lambda: self._act(desk.cancel))
        outcome.retry.connect(self._retry)
        outcome.reveal.connect(self._reveal)
        outcome.receipt.connect(self._receipt)
        outcome.clones.wanted.connect(self.rehearse)
        outcome.clones.cancel.connect(self._cancel_rehearsal)
        for keys, action in (("Ctrl+Return", self.protect), ("Ctrl+P", self.preview)):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    # ---- files and jobs ---------------------------------------------------------------------

    def add(self, files: tuple[Path, ...]) -> None:
        empty = not len(self.model)
        row = self.model.add(files)
        if row is None:
            return
        self._show_rows()
        self.list.choose(row)
        if empty:
            self.list.view.setFocus()

    @property
    def current(self) -> Recording | None:
        return self.list.current()

    def targets(self) -> tuple[Recording, ...]:
        """What the primary button would protect: the selected ones when several are selected,
        else all that were not done yet, else the one that is shown, again."""
        chosen = self.list.selected()
        if len(chosen) > 1:
            return tuple(recording for recording in chosen if not recording.active)
        fresh = tuple(r for r in self.model if r.state in (None, State.CANCELLED))
        if fresh:
            return fresh
        current = self.current
        return (current,) if current is not None and current.state == State.DONE else ()

    def protect(self) -> None:
        """The stretch at the cursor comes first, so that it can be heard within seconds."""
        targets = self.targets()
        current = self.current
        if current is not None and current in targets:
            self.preview()
        self.desk.submit(tuple(self.job(recording) for recording in targets))

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
            out=self.desk.setting("output"),
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

    def _retry(self) -> None:
        """A failed one with what the panel says now, since that may be the remedy; an interrupted
        one as it was."""
        current = self.current
        if current is None or current.item is None:
            return
        if current.state == State.FAILED:
            self.desk.remove(current.item.id)
            self.desk.submit((self.job(current),))
        else:
            self.desk.retry(current.item.id)

    def _items_added(self, items: tuple[Item, ...]) -> None:
        self.model.put_new(items)
        for item in items:
            self._other(item)
        self._soon.ask()
        self._show()

    def _item(self, item: Item) -> None:
        if not isinstance(item.job, api.ProtectVoice):
            self._other(item)
            return
        row = self.model.row(item.job.file)
        old = self.model[row].state if row is not None else None
        recording = self.model.put(item)
        if recording is None:
            return
        if recording is self.current:
            self._show()
        elif recording.state != old:
            self._soon.ask()
        if recording.state != old and recording.state in (State.DONE, State.FAILED):
            self._announce(recording)

    def _other(self, item: Item) -> None:
        """Rehearsals belong to their recording; a voice that was learnt can be chosen."""
        if isinstance(item.job, api.RehearseVoice):
            recording = self.model.of_output(item.job.protected)
            if recording is not None:
                recording.rehearsal = item
                if recording is self.current:
                    self.panel.outcome.show_recording(recording)
        elif isinstance(item.job, api.EnrolVoice) and item.state == State.DONE:
            for file in item.job.files:
                if file.parent == own_recordings(self.desk):
                    file.unlink(missing_ok=True)
            self.desk.set_setting("voice_profile", item.job.name)
            self.panel.profile.refresh()

    def _announce(self, recording: Recording) -> None:
        sentence = (
            self.tr("{file} is protected.")
            if recording.state == State.DONE
            else self.tr("{file} could not be protected.")
        )
        announce(self, sentence.format(file=recording.path.name))

    def _item_removed(self, item: int) -> None:
        self.model.forget(item)
        self._show()

    def _act(self, action: object) -> None:
        current = self.current
        if current is not None and current.item is not None and callable(action):
            action(current.item.id)

    def _reveal(self) -> None:
        current = self.current
        if current is not None:
            reveal(current.result.output if current.result else current.path)

    def _receipt(self) -> None:
        current = self.current
        if current is not None and current.result is not None and current.result.receipt:
            ReceiptDialog(self.desk, current.result.receipt, self).open()

    # ---- what is on screen ------------------------------------------------------------------

    def _show_rows(self) -> None:
        empty = not len(self.model)
        self.stack.setCurrentWidget(self.empty if empty else self.splitter)
        if not empty and self.current is None:
            self.list.choose(0)
        self.list.show_count()
        self._show()

    def _show(self) -> None:
        current = self.current
        self.listening.show_recording(current)
        self.panel.outcome.show_recording(current)
        self.bar.set_file(current.path.name if current else "")
        self.bar.show_state()
        self._show_targets()

    def _show_targets(self) -> None:
        targets, current = self.targets(), self.current
        again = len(targets) == 1 and targets[0].state == State.DONE
        self.panel.show_targets(len(targets), again=again, this=targets == (current,))
        self.panel.show_preview(self.listening.can_preview, waiting=self.listening.previewing)
        self.list.show_count()

    def title(self) -> str:
        return self.tr("Voices")

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Drop recordings here"),
            self.tr(
                "Cloakroom adds a faint sound to your voice that raises the cost of cloning it "
                "with AI, and lets you hear it before you publish. Your originals stay as they "
                "are, and everything happens on this computer."
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

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._show()
        super().changeEvent(event)
