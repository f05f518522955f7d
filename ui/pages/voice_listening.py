"""What of the chosen recording is drawn and played: itself, its protected version, a preview."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from engine import api
from engine.problems import Problem
from ui import words
from ui.desk import Desk
from ui.pages.voice_model import Recording, VoiceModel
from ui.player import Source, Track
from ui.widgets.regions import Regions
from ui.widgets.sound_view import SoundView
from ui.widgets.transport import Transport

# Files whose sound only an ffmpeg on this computer can read; they are decoded once to be heard.
DECODED = frozenset({".m4a", ".aac", ".m4b", ".mp4", ".mov", ".mkv", ".webm"})
PREVIEW = 6.0  # seconds
LOUDEST = 24.0  # dB by which a difference is played louder at most
PREVIEW_GAIN = 10.0  # of the difference of a preview, whose loudness is not measured


class Listening(QObject):
    """Between the page's list and its canvas."""

    preview_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        model: VoiceModel,
        view: SoundView,
        transport: Transport,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._model, self._view, self._transport = desk, model, view, transport
        self._player = desk.player()
        self._shown: Recording | None = None
        self._track: Track | None = None  # of the whole
        self.previewing = False
        self._preview: tuple[Track, tuple[float, float]] | None = None
        self._at = 0.0  # where it was heard last
        self._guest = False  # a clip of something else plays
        view.sketched.connect(self._sketched)
        view.failed.connect(lambda _: transport.set_length(0))
        view.regions_changed.connect(self._regions_edited)
        transport.loop_wanted.connect(view.toggle_loop)
        self._player.changed.connect(self._player_changed)
        self._player.moved.connect(self._moved)

    @property
    def can_preview(self) -> bool:
        shown = self._shown
        return shown is not None and not shown.active and self._view.sketch is not None

    def show_recording(self, recording: Recording | None) -> None:
        """Turn to ``recording``, or to what has become of it."""
        if recording is not self._shown:
            self._leave()
            self._shown = recording
            self._transport.set_length(0)
            if recording is None:
                self._view.show_recording(None)
                return
            if recording.heard is None and recording.path.suffix.lower() in DECODED:
                self._decode(recording)
                return
            recording.heard = recording.heard or recording.path
            if recording.regions is None:
                job = api.ReadSound(recording.path)
                self._desk.look(self, job, lambda got: self._found(recording, got))
        if recording is not None and recording.heard is not None:
            result = recording.result
            self._view.show_recording(recording.heard, result.output if result else None)

    def preview(self, recording: Recording, job: api.ProtectVoice) -> None:
        """Protect a few seconds at the cursor and play them."""
        start, end = self._stretch()
        out = self._desk.folder("sounds") / f"preview-{uuid4().hex}.wav"
        span = api.Span(start, end)
        excerpt = dataclasses.replace(job, excerpt=span, out=out)
        self.previewing = True
        self.preview_changed.emit()
        self._desk.look(self, excerpt, lambda got: self._previewed(recording, span, got))

    # ---- inside -----------------------------------------------------------------------------

    def _leave(self) -> None:
        self._desk.forget_looks(self)
        if self._shown is not None:
            self._shown.position = self._at
        self._player.set_loop(None)
        self._player.load(None, at=0)
        self._track = self._preview = None
        self.previewing = False
        self._transport.say("")

    def _decode(self, recording: Recording) -> None:
        out = self._desk.folder("sounds") / f"{uuid4().hex}.wav"

        def decoded(got: api.SoundClip | Problem) -> None:
            if isinstance(got, Problem):
                self._view.say(got)
                return
            recording.heard = got.file
            self._shown = None
            self.show_recording(recording)

        self._view.show_recording(None)
        self._desk.look(self, api.CutSound(recording.path, out), decoded)

    def _sketched(self, sketch: api.SoundSketch) -> None:
        recording = self._shown
        if recording is None or recording.heard is None:
            return
        recording.seconds = sketch.seconds
        self._model.touch(recording)
        result = recording.result
        new = self._track is None
        protected = result.output if result else None
        self._track = Track(recording.heard, protected, gains(sketch.loudness))
        self._preview = None
        self._player.load(self._track, at=recording.position if new else None)
        self._transport.set_length(sketch.seconds)
        self._show_regions(recording)
        self.preview_changed.emit()

    def _found(self, recording: Recording, got: api.SoundInfo | Problem) -> None:
        """Where somebody speaks, unless the user has said so before."""
        if isinstance(got, Problem) or recording.regions is not None:
            return
        recording.regions = Regions(((s.start, s.end) for s in got.voice), got.seconds)
        if recording is self._shown:
            self._show_regions(recording)

    def _show_regions(self, recording: Recording) -> None:
        if recording.regions is not None:
            self._view.set_regions(recording.regions)

    def _regions_edited(self) -> None:
        if self._shown is not None:
            self._shown.regions, self._shown.edited = self._view.regions, True

    def _stretch(self) -> tuple[float, float]:
        """What is selected, or some seconds from the playhead on, from where a voice is."""
        loop, at, seconds = self._player.loop, self._player.position, self._view.seconds
        if loop is not None:
            return loop[0], min(loop[1], loop[0] + 2 * PREVIEW)
        regions = self._view.regions
        if len(regions) and regions.at(at) < 0:
            at = next((first for first, _ in regions if first > at), regions[0][0])
        start = max(0.0, min(at, seconds - PREVIEW))
        return start, min(seconds, start + PREVIEW)

    def _previewed(
        self, recording: Recording, span: api.Span, got: api.VoiceResult | Problem
    ) -> None:
        self.previewing = False
        self.preview_changed.emit()
        if isinstance(got, Problem):
            self._desk.notice.emit(self._desk.sentence(got.code, got.details))
        elif recording is self._shown and recording.heard is not None and recording.result is None:
            gain = {Source.DIFFERENCE: PREVIEW_GAIN}
            track = Track(recording.heard, got.output, gain, start=span.start)
            self._player.set_loop(None)
            self._player.load(track, at=span.start)
            self._player.set_loop((span.start, span.end))
            self._preview = (track, (span.start, span.end))
            self._player.choose(Source.PROTECTED)
            self._player.play()

    def _player_changed(self) -> None:
        """Whoever ends the loop of a preview hears the recording again, and so does who has heard
        a clip of something else to its end."""
        own = self._own()
        self._view.playhead = own
        self._view.update()
        if own:
            self._at, self._guest = self._player.position, False
        elif self._player.playing:
            self._guest = True
        elif self._guest:
            self._guest = False
            self._player.load(self._track, at=self._at)
        if self._preview is not None:
            track, loop = self._preview
            if self._player.track == track and self._player.loop != loop:
                self._preview = None
                self._player.load(self._track)
            elif self._player.track != track:
                self._preview = None
        self._say()

    def _own(self) -> bool:
        """Whether what is loaded is the recording on screen, or a preview of it."""
        preview = self._preview[0] if self._preview else None
        return self._player.track in (None, self._track, preview)

    def _moved(self, position: float) -> None:
        if self._own():
            self._at = position

    def _say(self) -> None:
        track, source = self._player.track, self._player.source
        text = ""
        if not self._own():
            text = self.tr("Playing a clip")
        elif self._preview is not None:
            text = self.tr("Preview of the protected version")
        if track is not None and track.protected is not None and source == Source.DIFFERENCE:
            louder = words.number(track.gains.get(source, 1.0), 0)
            text = self.tr("Difference, {n} times louder").format(n=louder)
        self._transport.say(text)


def gains(loudness: dict[str, float | None]) -> dict[Source, float]:
    """Factors that make all as loud as the original; the difference not beyond ``LOUDEST``."""
    original = loudness.get("original")
    made: dict[Source, float] = {}
    if original is None:
        return made
    protected, difference = loudness.get("protected"), loudness.get("difference")
    if protected is not None:
        made[Source.PROTECTED] = 10 ** ((original - protected) / 20)
    if "difference" in loudness:
        more = LOUDEST if difference is None else original - difference
        made[Source.DIFFERENCE] = 10 ** (min(LOUDEST, max(0.0, more)) / 20)
    return made
