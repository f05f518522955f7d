"""Stretches of a recording, in seconds: where it may be changed. Kept sorted and apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Region = tuple[float, float]
SHORTEST = 0.05  # seconds


class Regions:
    def __init__(self, regions: Iterable[Region] = (), seconds: float = float("inf")) -> None:
        self.seconds = seconds
        self._regions: list[Region] = []
        for region in regions:
            self.add(region)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions)

    def __len__(self) -> int:
        return len(self._regions)

    def __getitem__(self, number: int) -> Region:
        return self._regions[number]

    def add(self, region: Region) -> int:
        """Join it with those it touches; returns its number, -1 if it is too short."""
        start, end = (min(max(0.0, t), self.seconds) for t in sorted(region))
        if end - start < SHORTEST:
            return -1
        rest = []
        for first, last in self._regions:
            if last < start or first > end:
                rest.append((first, last))
            else:
                start, end = min(start, first), max(end, last)
        self._regions = sorted([*rest, (start, end)])
        return self._regions.index((start, end))

    def remove(self, number: int) -> None:
        del self._regions[number]

    def change(self, number: int, region: Region) -> int:
        """Give it other ends; returns its new number. One that becomes too short goes."""
        del self._regions[number]
        return self.add(region)

    def at(self, second: float) -> int:
        """The number of the region there, -1 for none."""
        for number, (start, end) in enumerate(self._regions):
            if start <= second <= end:
                return number
        return -1

    def part(self, second: float, grip: float) -> tuple[str, int]:
        """What a press there takes: "start", "end" or all of which region ("move"), or "new"."""
        for number, (start, end) in enumerate(self._regions):
            if abs(second - start) <= grip:
                return "start", number
            if abs(second - end) <= grip:
                return "end", number
            if start < second < end:
                return "move", number
        return "new", -1

    def moved(self, region: Region, part: str, by: float) -> Region:
        """``region`` after ``part`` of it was dragged ``by`` seconds."""
        first, last = region
        if part == "move":
            by = min(max(by, -first), self.seconds - last)
            return (first + by, last + by)
        ends = (first + by, last) if part == "start" else (first, last + by)
        return (min(ends), max(ends))

    def length(self) -> float:
        return sum(end - start for start, end in self._regions)
