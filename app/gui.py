"""The window's life: from the first line to the last joined thread.

The order matters for a quick start: the window first, painted, then whatever takes long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

# qasync takes the Qt that is already imported, so it comes after PySide6.
import qasync  # isort: skip

from app import crash, log, paths
from app.desk import ApplicationDesk
from app.history import History, HistoryError
from app.settings import SettingsFile
from app.single_instance import SingleInstance
from app.translations import Translations
from app.watch import FolderWatch
from app.words import translate
from engine import __version__
from engine.host import EngineHost, Host
from ui import theme

_log = logging.getLogger(__name__)

PAINT_SECONDS = 2.0  # a window that starts minimised is never painted

MakeHost = Callable[..., Host]


def run(
    files: Sequence[Path], make_host: MakeHost = EngineHost, *, every_page: bool = False
) -> int:
    """Open the window, or hand ``files`` to the one that is open. Returns the exit code.

    With ``every_page`` each page that opens is named on stdout, and the window closes.
    """
    log.start()
    reports = crash.CrashReports()
    try:
        application = QApplication(sys.argv[:1])
        application.setApplicationName("cloakroom")
        application.setApplicationDisplayName("Cloakroom")
        application.setApplicationVersion(__version__)
        application.setDesktopFileName("cloakroom")
        application.setQuitOnLastWindowClosed(False)
        settings = SettingsFile()
        translations = Translations(application)
        translations.choose(settings.values.language)
        instance = SingleInstance(paths.state_dir())
        try:
            if not instance.first:
                return _second_start(instance, files)
            reports.install()
            with asyncio.Runner(loop_factory=lambda: _loop(application)) as runner:
                runner.run(
                    live(
                        application, settings, translations, instance, files, make_host,
                        every_page=every_page,
                    )
                )  # fmt: skip
            return 0
        finally:
            instance.close()
    finally:
        reports.remove()
        log.stop()


def _second_start(instance: SingleInstance, files: Sequence[Path]) -> int:
    if instance.hand_over(files):
        return 0
    words = translate(
        "Start",
        "Cloakroom is already running, but does not answer. End it or wait, then try again.",
    )
    QMessageBox.warning(None, "Cloakroom", words)
    return 1


def _loop(application: QApplication) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    # Threads that are joined when the loop closes; qasync's own would be ten QThreads.
    loop.set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="app"))
    return loop


async def live(
    application: QApplication,
    settings: SettingsFile,
    translations: Translations,
    instance: SingleInstance,
    files: Sequence[Path],
    make_host: MakeHost,
    *,
    every_page: bool = False,
) -> None:
    """Show the window, start the engine behind it, and return when the window is closed."""
    closed = asyncio.Event()
    history, notices = _open_history()
    if settings.set_aside is not None:
        words = translate("Start", "Your settings could not be read. They were kept as {file}.")
        notices.append(words.format(file=settings.set_aside))
    desk = ApplicationDesk(settings, history)

    def apply(name: str, value: str) -> None:
        if name == "language":
            translations.choose(value)
        elif name == "theme":
            theme.install(application, settings.values.theme)
        elif name == "watched":
            _watch(watch, desk)

    watch = FolderWatch(desk)
    watch.appeared.connect(desk.files_appeared)
    desk.setting_changed.connect(apply)
    theme.prepare(application, settings.values.theme)
    window = _main_window(desk)
    theme.install(application, settings.values.theme)
    painted = _FirstPaint(window)
    window.show()
    application.lastWindowClosed.connect(closed.set)

    def stop() -> None:
        window.close()
        closed.set()

    with _signals(stop):
        await painted.wait()
        instance.received.connect(lambda more: _come_forward(window, desk, more))
        if sys.platform == "darwin":
            _OpenedFiles(application).files.connect(desk.open_files)
        desk.start(make_host)
        desk.open_files(files)
        _watch(watch, desk)
        for notice in notices:
            desk.notice.emit(notice)
        _offer_crash_report(window)
        if every_page:
            await _show_every_page(window)
            stop()
        await closed.wait()
    application.lastWindowClosed.disconnect(closed.set)
    window.hide()
    await asyncio.get_running_loop().run_in_executor(None, desk.shut_down())
    history.close()
    window.deleteLater()
    desk.deleteLater()


def _watch(watch: FolderWatch, desk: ApplicationDesk) -> None:
    folder = desk.setting("watched")
    if folder != watch.folder and not watch.watch(folder):
        words = translate("Start", "The folder {folder} cannot be watched: it is not there.")
        desk.notice.emit(words.format(folder=folder))


def _open_history() -> tuple[History, list[str]]:
    """The history, or one in memory with a sentence for the user when it cannot be opened."""
    try:
        return History(), []
    except (HistoryError, sqlite3.Error):
        _log.exception("the history cannot be opened")
        return History(Path(":memory:")), [
            translate("Start", "The history cannot be opened. This session will not be recorded.")
        ]


async def _show_every_page(window: QWidget) -> None:
    from app import tour
    from ui.shell import MainWindow

    assert isinstance(window, MainWindow)
    try:
        async for name in tour.every_page(window):
            print(name, flush=True)
    except RuntimeError as error:
        print(error, file=sys.stderr)


def _main_window(desk: ApplicationDesk) -> QWidget:
    from ui.shell import MainWindow

    return MainWindow(desk)


def _come_forward(window: QWidget, desk: ApplicationDesk, files: tuple[Path, ...]) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    desk.open_files(files)


class _FirstPaint(QObject):
    """Tells when ``window`` has been painted for the first time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._painted = asyncio.Event()
        window.installEventFilter(self)

    async def wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._painted.wait(), PAINT_SECONDS)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._painted.set()
        return False


class _OpenedFiles(QObject):
    """macOS hands "open with" files over as events, also while the program runs."""

    files = Signal(object)  # tuple[Path, ...]

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.files.emit((Path(event.file()),))
            return True
        return False


@contextlib.contextmanager
def _signals(close: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM close the window in an orderly way.

    Python runs its handlers between its own instructions, of which a sleeping Qt loop has none:
    the byte that a signal writes into the socket wakes it. A handler may run in the middle of a
    paint event, where a window must not be closed, so it only asks for that.
    """
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: reading.recv(64))
    old_fd = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    old = {
        number: signal.signal(number, lambda *_: QTimer.singleShot(0, close))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(old_fd)
        notifier.setEnabled(False)
        notifier.deleteLater()
        reading.close()
        writing.close()


def _offer_crash_report(window: QWidget) -> None:
    reports = crash.pending()
    if reports:
        from app.crash_offer import CrashOffer

        CrashOffer(reports, window).open()
