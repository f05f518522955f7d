"""Pictures of the faces' boxes and of a rehearsed face swap, for ``tests.screenshots``."""

from __future__ import annotations

import dataclasses
from typing import Any

from engine import api
from tests.ui import check_results, pictures
from tests.ui.fake_desk import photo_result, swap_result
from ui.desk import State


def settle() -> None:
    from tests import screenshots

    screenshots.settle()


def faces(scene: Any) -> None:
    """Boxes on a photo, found by the engine."""
    found = (api.FaceBox(0.18, 0.2, 0.4, 0.62), api.FaceBox(0.62, 0.3, 0.78, 0.62))
    scene.desk.answers[api.FindFaces] = lambda job: api.FacesResult(found)
    for card in scene.photos.panel.cards:
        card.setChecked(card.threat == "faceswap")
    scene.drop(2)
    scene.photos.panel.faces.boxes.click()
    settle()


def _swapped(scene: Any, treatments: tuple[str, ...]) -> None:
    for card in scene.photos.panel.cards:
        card.setChecked(card.threat == "faceswap")
    scene.drop()
    scene.protect()
    output = scene.files[0].with_name("evening-hill-protected.png")
    pictures.save(scene.cloak, output)
    result = photo_result(scene.files[0], output)
    receipt = dataclasses.replace(result.receipt, parameters={"threats": ["faceswap"]})
    scene.desk.change(1, state=State.DONE, result=dataclasses.replace(result, receipt=receipt))
    settle()
    part = scene.photos.panel.face_rehearsal
    part.consent.setChecked(True)
    part.start.click()
    item = scene.desk.items()[-1]
    assert isinstance(item.job, api.RehearsePhoto)
    job = dataclasses.replace(item.job, quick=len(treatments) == 1)
    shown = check_results.picture("", 256, 256)
    made = swap_result(job, treatments, shown)
    scene.desk.change(item.id, state=State.DONE, result=made, progress=None)
    settle()
    scene.photos.panel.scroll.ensureWidgetVisible(part.figures, 0, 20)


def swapped(scene: Any) -> None:
    _swapped(scene, ("as-saved",))


def swapped_fully(scene: Any) -> None:
    names = ("jpeg-75", "webp-80", "resize-0.5", "crop", "diffpure", "gridpure", "restore")
    _swapped(scene, ("as-saved", *names))


STATES = (faces, swapped, swapped_fully)
