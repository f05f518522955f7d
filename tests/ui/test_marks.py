"""The Mark page: identities, marking, verifying with its evidence, and the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine import api
from engine.problems import Problem
from tests.ui import pictures
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk
from ui.desk import State
from ui.pages.mark_identity import AskDialog, PhraseDialog
from ui.pages.marks import MarksPage

ANA = api.IdentityFacts("Ana", "2026-01-02T03:04:05+00:00", "keychain", ("00ff00ff00ff00ff",))
PICTURE = api.Picture("work", 4, 3, bytes(36))


def receipt(file: Path) -> api.Receipt:
    return api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version="0.1.0",
        created="2026-01-02T03:04:05+00:00",
        kind="mark-file",
        file=str(file),
        output=str(file.with_stem("a-marked")),
        sha256={},
        method="watermark pixel",
        parameters={},
        models={},
        device="cpu",
        seconds=1.0,
        measures={},
    )


def verified(file: Path, **changes: object) -> api.VerifyResult:
    values: dict[str, object] = {
        "found": True,
        "p_value": 3e-41,
        "identity": "Ana",
        "payload": "00c0ffee00c0ffee",
        "work": "evening-hill.png",
        "scheme": "pixel",
        "how": "template",
        "geometry": {
            "mirrored": 0.0,
            "rotation": -2.0,
            "scale_x": 1.25,
            "scale_y": 1.25,
            "blur": 8.8,
            "speed": 1.0,
        },
        "content": "matches",
        "marked": "2026-01-02T03:04:05",
        "changed": 0.12,
        "searched": ("Ana",),
        "pictures": (PICTURE, api.Picture("heat", 4, 3, bytes(36))),
        "credentials": api.Credentials("Trusted", issuer="Ana"),
    }
    return api.VerifyResult(file, **{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def known() -> api.IdentitiesResult:
    return api.IdentitiesResult((ANA,), keychain=True, locked=False)


@pytest.fixture
def page(look, desk: FakeDesk, qtbot, known) -> Iterator[MarksPage]:
    desk.answers[api.ListIdentities] = lambda job: known
    desk.answers[api.ListWorks] = lambda job: api.WorksResult(())
    made = MarksPage(desk)
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    yield made
    loaded(qtbot)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return pictures.save(pictures.sunset(64, 48), tmp_path / "a.png")


def press(widget: object, qtbot) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def dialog(kind: type) -> object:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_marking_takes_what_the_panel_says(page, desk, file, qtbot):
    page.add((file,))
    page.mark.no_training.setChecked(False)
    page.mark.strength.set_strength("strong")
    assert page.mark.start_button.text() == "Mark and sign"
    press(page.mark.start_button, qtbot)
    (item,) = desk.items()
    job = item.job
    assert isinstance(job, api.MarkFile)
    assert (job.identity, job.strength, job.sign, job.do_not_train) == (
        "Ana",
        "strong",
        True,
        False,
    )
    assert job.home == desk.folder("data")
    qtbot.waitUntil(lambda: not page.mark.start_button.isEnabled())


def test_what_the_mark_survives_is_shown(page, desk, file, qtbot):
    page.add((file,))
    press(page.mark.start_button, qtbot)
    output = pictures.save(pictures.sunset(64, 48), file.with_stem("a-marked"))
    survival = {"as-saved": 1e-75, "jpeg-50": 2e-3}
    result = api.MarkResult(output, "Ana", "00ff", 1, "pixel", 38.2, survival, receipt(file))
    desk.change(1, state=State.DONE, result=result)
    saved = page.mark.outcome._result
    qtbot.waitUntil(saved.isVisible)
    assert saved._output.text() == "Saved as a-marked.png"
    told = saved.table.accessibleDescription()
    assert told == "As saved: chance 1 in 10^75. After JPEG 50: chance 1 in 500"
    assert saved.quality.text() == "Mark 00ff\n38.2 dB"


def test_a_new_identity_shows_its_phrase_once(page, desk, known, qtbot):
    ben = api.IdentityFacts("Ben", "2026-02-02T03:04:05+00:00", "keychain", ("11",))
    made = api.IdentitiesResult((ANA, ben), keychain=True, locked=False, phrase="babab dodod")
    desk.answers[api.ListIdentities] = lambda job: made if job.create == "Ben" else known
    press(page.mark.identity.new, qtbot)
    ask = dialog(AskDialog)
    assert len(ask.fields) == 1 and not ask.accept_button.isEnabled()
    qtbot.keyClicks(ask.fields[0], "Ben")
    press(ask.accept_button, qtbot)
    phrase = dialog(PhraseDialog)
    assert page.mark.identity.name == "Ben"
    phrase.accept()


def test_locked_identities_are_opened_with_the_passphrase(page, desk, file, qtbot):
    locked = api.IdentitiesResult((ANA,), keychain=False, locked=True)
    desk.answers[api.ListIdentities] = lambda job: locked
    wrong = Problem("identity.passphrase", name="Ana")
    desk.answers[api.UnlockIdentities] = lambda job: wrong
    page.mark.identity.refresh()
    page.add((file,))
    assert page.mark.identity.unlock.isVisible() and not page.mark.start_button.isEnabled()
    press(page.mark.identity.unlock, qtbot)
    ask = dialog(AskDialog)
    qtbot.keyClicks(ask.fields[0], "open sesame")
    press(ask.accept_button, qtbot)
    assert "passphrase" in page.mark.identity.say.text()
    opened = api.IdentitiesResult((ANA,), keychain=False, locked=False)
    desk.answers[api.ListIdentities] = lambda job: opened
    desk.answers[api.UnlockIdentities] = lambda job: api.Unlocked(("Ana",))
    page.mark.identity._open("open sesame", lambda: None)
    assert page.mark.start_button.isEnabled()


def test_the_first_identity_without_a_keychain_asks_for_a_passphrase(page, desk, qtbot):
    nobody = api.IdentitiesResult((), keychain=False, locked=True)
    desk.answers[api.ListIdentities] = lambda job: nobody
    page.mark.identity.refresh()
    assert "identity first" in page.mark.identity.say.text()
    assert page.mark.identity.new.text() == "Create an identity…"
    press(page.mark.identity.new, qtbot)
    ask = dialog(AskDialog)
    assert len(ask.fields) == 2
    ask.reject()


@pytest.mark.parametrize(
    ("chance", "words"), [(0.4, "Nothing speaks against"), (1e-7, "once in 10^7 cases")]
)
def test_a_generated_picture_says_whether_it_was_changed(page, desk, file, qtbot, chance, words):
    page.show_tab("verify")
    page.add((file,))
    press(page.verify.start_button, qtbot)
    desk.change(1, state=State.DONE, result=verified(file, untouched=chance))
    qtbot.waitUntil(lambda: page.verify._heading.isVisible())
    assert words in page.verify._facts.text()


def test_verifying_shows_verdict_work_and_heat(page, desk, file, qtbot, tmp_path):
    page.show_tab("verify")
    page.add((file,))
    press(page.verify.start_button, qtbot)
    assert isinstance(desk.items()[0].job, api.VerifyFile)
    desk.change(1, state=State.DONE, result=verified(file))
    qtbot.waitUntil(lambda: page.verify._heading.isVisible())
    assert page.verify._heading.text() == "Marked by Ana"
    assert "once in 10^40 searches" in page.verify._sentence.text()
    facts = page.verify._facts.text()
    assert "evening-hill.png" in facts
    assert "blurred, rotated by 2.0°, cropped to about 80 % x 80 %" in facts
    assert (
        "No mark in 12 %" in facts and "whose certificate you trust" in page.verify._signed.text()
    )
    assert page.verify.pictures["heat"].isVisible()
    page.verify.save_report(tmp_path / "r.html")
    assert desk.calls[-1] == ("report", ("a.png",), "Ana", tmp_path / "r.html")


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"found": False, "p_value": 0.4, "content": None}, "No mark of yours found"),
        ({"found": False, "content": "differs"}, "Not accepted"),
    ],
)
def test_what_is_not_found_is_said_with_its_limits(page, desk, file, qtbot, changes, heading):
    page.show_tab("verify")
    page.add((file,))
    press(page.verify.start_button, qtbot)
    desk.change(1, state=State.DONE, result=verified(file, **changes))
    qtbot.waitUntil(lambda: page.verify._heading.isVisible())
    assert page.verify._heading.text() == heading and page.verify._sentence.text()


def test_the_registry_is_searched(page, desk, qtbot):
    work = api.WorkFacts(
        1, "Ana", "k", "00ff", "pixel", "Hill", "2026-01-02T03", "/x/a.png", "", "0", PICTURE
    )
    desk.answers[api.ListWorks] = lambda job: api.WorksResult((work,) if not job.search else ())
    page.show_tab("works")
    assert page.works.found.list.count() == 1 and "Hill" in page.works.found.list.item(0).text()
    page.works.export(Path("/x/list.csv"))
    assert desk.calls[-1] == ("look", "list-works")
    qtbot.keyClicks(page.works.found.search, "zzz")
    qtbot.waitUntil(lambda: page.works.found.list.count() == 0)
    assert page.works.found.nothing.text() == "Nothing fits."
    page.add((Path("/x/b.png"),))
    assert page.stack.currentWidget() is page.verify


def cleaned(file: Path, output: Path) -> api.SanitiseResult:
    effect = {"least-significant-bits": (1.0, 0.5, 0.5), "known-decoder": (1.0, 0.08, 0.93)}
    return api.SanitiseResult(output, 0.0275, 33.2, effect, receipt(file))


def test_a_received_picture_is_cleaned_and_says_what_is_left(page, desk, file, qtbot):
    page.show_tab("clean")
    page.add((file, file.with_suffix(".wav")))
    assert len(page.clean.model) == 1
    page.clean.limit.setCurrentIndex(2)
    page.clean.decoders.setChecked(False)
    press(page.clean.start_button, qtbot)
    (item,) = desk.items()
    assert item.job == api.SanitiseFile(file, 0.05, None, decoders=False)
    output = pictures.save(pictures.sunset(64, 48), file.with_stem("a-sanitised"))
    desk.change(1, state=State.DONE, result=cleaned(file, output))
    saved = page.clean.outcome._result
    qtbot.waitUntil(saved.isVisible)
    assert saved._output.text() == "Saved as a-sanitised.png"
    assert saved.verdict.text() == "No colour moved by more than 2.8 %."
    told = saved.table.accessibleDescription()
    assert "AI noise, for the model that was used: cleaned 8 %, plain noise 93 %" in told


def test_hidden_text_is_behind_advanced(page, desk, file, qtbot):
    page.show_tab("clean")
    page.add((file,))
    hidden = page.clean.hidden
    assert not hidden.isVisible()
    press(page.clean.advanced.head, qtbot)
    qtbot.waitUntil(lambda: hidden.isVisible() and hidden.look.isEnabled())
    desk.answers[api.ReadText] = lambda job: api.FoundText(job.file, "at <b>7</b>", "Ana", 1e-9, ())
    press(hidden.look, qtbot)
    assert hidden.say.text() == "Hidden by Ana: at <b>7</b>"
    assert hidden.say.textFormat() == Qt.TextFormat.PlainText
    press(hidden.hide_text, qtbot)
    ask = dialog(AskDialog)
    no_room = Problem("hidden.room", size=8)
    asked: list[api.HideText] = []
    desk.answers[api.HideText] = lambda job: asked.append(job) or no_room
    for field, words in zip(ask.fields, ("make it night", "at seven"), strict=True):
        qtbot.keyClicks(field, words)
    press(ask.accept_button, qtbot)
    assert "no room for 8 bytes" in hidden.say.text()
    assert (asked[0].identity, asked[0].instruction, asked[0].text) == (
        "Ana",
        "make it night",
        "at seven",
    )
