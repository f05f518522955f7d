"""The faces of a photo as boxes: found, added, changed or left out. Plain data, in shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine import api

LEAST = 0.01  # a box's smallest side, in shares of the photo's
MOST = 64  # boxes of one photo

# What a press takes of a box: which of its sides move, or all of it.
Part = tuple[bool, bool, bool, bool]  # left, top, right, bottom
WHOLE: Part = (True, True, True, True)


@dataclass(frozen=True)
class Mark:
    box: api.FaceBox
    on: bool = True  # protected, or known and left out


@dataclass
class FaceMarks:
    """``edited``: the user has changed something; before that the engine finds the faces itself,
    on the whole photo."""

    marks: list[Mark] = field(default_factory=list)
    edited: bool = False
    looking: bool = False

    def found(self, faces: Iterable[api.FaceBox]) -> None:
        """What the engine found; what the user has drawn meanwhile stays."""
        self.looking = False
        if not self.edited:
            self.marks = [Mark(face) for face in faces][:MOST]

    @property
    def wanted(self) -> tuple[api.FaceBox, ...] | None:
        """For the job; None leaves it to the engine."""
        return tuple(mark.box for mark in self.marks if mark.on) if self.edited else None

    def add(self, box: api.FaceBox) -> int:
        """Its number, -1 when it is too small or there are too many."""
        box = tidy(box)
        if box.right - box.left < LEAST or box.bottom - box.top < LEAST or len(self.marks) >= MOST:
            return -1
        self.edited = True
        self.marks.append(Mark(box))
        return len(self.marks) - 1

    def change(self, number: int, box: api.FaceBox) -> None:
        self.edited = True
        self.marks[number] = replace(self.marks[number], box=tidy(box))

    def toggle(self, number: int) -> bool:
        """Leave a face out, or protect it again; returns whether it is protected now."""
        self.edited = True
        mark = self.marks[number]
        self.marks[number] = replace(mark, on=not mark.on)
        return not mark.on

    def remove(self, number: int) -> None:
        self.edited = True
        del self.marks[number]

    def at(self, x: float, y: float) -> int:
        """The smallest box around a point, -1 for none."""
        inside = [
            (area(mark.box), number)
            for number, mark in enumerate(self.marks)
            if mark.box.left <= x <= mark.box.right and mark.box.top <= y <= mark.box.bottom
        ]
        return min(inside)[1] if inside else -1

    def grip(self, x: float, y: float, near_x: float, near_y: float) -> tuple[int, Part]:
        """Which box and which sides of it a press takes; (-1, ...) for none.

        ``near_x`` and ``near_y`` are how near to a side counts, in shares.
        """
        for number in reversed(range(len(self.marks))):
            box = self.marks[number].box
            if not (box.left - near_x <= x <= box.right + near_x):
                continue
            if not (box.top - near_y <= y <= box.bottom + near_y):
                continue
            part = (
                abs(x - box.left) <= near_x,
                abs(y - box.top) <= near_y,
                abs(x - box.right) <= near_x,
                abs(y - box.bottom) <= near_y,
            )
            if any(part):
                return number, part
        return self.at(x, y), WHOLE


def moved(box: api.FaceBox, part: Part, dx: float, dy: float) -> api.FaceBox:
    """``box`` after ``part`` of it was dragged; it stays in the photo."""
    if part == WHOLE:
        dx = min(max(dx, -box.left), 1 - box.right)
        dy = min(max(dy, -box.top), 1 - box.bottom)
    sides = (box.left, box.top, box.right, box.bottom)
    by = (dx, dy, dx, dy)
    return api.FaceBox(*(s + d * p for s, d, p in zip(sides, by, part, strict=True)))


def tidy(box: api.FaceBox) -> api.FaceBox:
    """Inside the photo, the right way round."""
    across = sorted(min(1.0, max(0.0, x)) for x in (box.left, box.right))
    down = sorted(min(1.0, max(0.0, y)) for y in (box.top, box.bottom))
    return api.FaceBox(across[0], down[0], across[1], down[1])


def area(box: api.FaceBox) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
