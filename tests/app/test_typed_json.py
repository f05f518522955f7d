from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, strategies as st

from app.typed_json import Mismatch, dump, load


@dataclass(frozen=True)
class Inner:
    name: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Outer:
    count: int
    share: float
    on: bool
    kind: Literal["a", "b"]
    place: Path | None
    inner: tuple[Inner, ...]
    sizes: dict[str, int]
    note: str = "default"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
outers = st.builds(
    Outer,
    count=st.integers(),
    share=st.floats(allow_nan=False, allow_infinity=False),
    on=st.booleans(),
    kind=st.sampled_from(["a", "b"]),
    place=st.none() | st.sampled_from([Path("/a/b"), Path("c")]),
    inner=st.lists(
        st.builds(
            Inner, name=st.text(), values=st.dictionaries(st.text(max_size=3), plain, max_size=3)
        ),
        max_size=3,
    ).map(tuple),
    sizes=st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    note=st.text(),
)


@given(outers)
def test_what_is_dumped_loads_equal(value: Outer) -> None:
    assert load(Outer, json.loads(json.dumps(dump(value), allow_nan=False))) == value


GOOD: dict[str, Any] = {
    "count": 1,
    "share": 0.5,
    "on": True,
    "kind": "a",
    "place": None,
    "inner": [{"name": "n", "values": {}}],
    "sizes": {},
}


def test_a_missing_field_takes_its_default() -> None:
    assert load(Outer, GOOD).note == "default"


def test_a_whole_number_is_a_float_too() -> None:
    share = load(Outer, {**GOOD, "share": 2}).share
    assert share == 2.0
    assert isinstance(share, float)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"count": "1"}, "Outer.count"),
        ({"count": True}, "Outer.count"),
        ({"on": 1}, "Outer.on"),
        ({"share": None}, "Outer.share"),
        ({"kind": "c"}, "Outer.kind"),
        ({"kind": ["a"]}, "Outer.kind"),
        ({"place": 3}, "Outer.place"),
        ({"inner": {}}, "Outer.inner"),
        ({"inner": [{"name": "n"}]}, r"Outer.inner\[0\]: values is missing"),
        ({"inner": [{"name": 1, "values": {}}]}, r"Outer.inner\[0\].name"),
        ({"sizes": {"k": 1.5}}, "Outer.sizes.k"),
        ({"surprise": 1}, "unknown field surprise"),
    ],
)
def test_another_shape_is_refused_and_named(change: dict[str, Any], place: str) -> None:
    with pytest.raises(Mismatch, match=place):
        load(Outer, {**GOOD, **change})


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_only_objects_are_dataclasses(data: Any) -> None:
    with pytest.raises(Mismatch):
        load(Outer, data)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_json_cannot_say_is_null(value: float) -> None:
    assert dump({"psnr": value}) == {"psnr": None}


def test_values_without_a_json_form_are_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        dump({"data": b"x"})


def test_a_number_beyond_all_floats_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="too large"):
        load(Outer, {**GOOD, "share": 10**400})
