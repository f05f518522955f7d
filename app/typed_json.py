"""Frozen dataclasses to JSON and back, strictly: the one way this application stores values.

Knows the types the messages and settings are made of: str, int, float, bool, None, ``Path``,
``Literal``, ``X | None``, homogeneous tuples, ``dict[str, X]``, ``Any`` (plain JSON) and nested
dataclasses. JSON has no infinities: a float that is not finite is written as null.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Mismatch(ValueError):
    """The JSON does not have the shape the type asks for; the message names the place."""


def dump(value: Any) -> Any:
    """``value`` as plain JSON data. Raises ``TypeError`` for a type that is not listed above."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (tuple, list)):
        return [dump(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def load(kind: type[T], data: Any, where: str = "") -> T:
    """The dataclass ``kind`` from an object made by ``dump``.

    A missing field takes its default, since older files lack newer fields. A missing field
    without a default, an unknown field or a value of another type raises ``Mismatch``.
    """
    where = where or kind.__name__
    if not isinstance(data, dict):
        raise Mismatch(f"{where}: an object was expected")
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(data) - set(fields))
    if unknown:
        raise Mismatch(f"{where}: unknown field {unknown[0]}")
    values = {}
    for name, field in fields.items():
        if name in data:
            values[name] = load_value(hints[name], data[name], f"{where}.{name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise Mismatch(f"{where}: {name} is missing")
    return kind(**values)


def load_value(hint: Any, data: Any, where: str) -> Any:
    """``data`` checked against the type ``hint`` and converted to it; raises ``Mismatch``."""
    origin = get_origin(hint)
    if hint is Any:
        return data
    if origin in (Union, types.UnionType):
        return _load_union(hint, data, where)
    if origin is Literal:
        if data in get_args(hint):
            return data
        raise Mismatch(f"{where}: {data!r} is none of {get_args(hint)}")
    if origin is tuple:
        if not isinstance(data, list):
            raise Mismatch(f"{where}: a list was expected")
        item = get_args(hint)[0]
        return tuple(load_value(item, part, f"{where}[{n}]") for n, part in enumerate(data))
    if origin is dict:
        if not isinstance(data, dict):
            raise Mismatch(f"{where}: an object was expected")
        value = get_args(hint)[1]
        return {key: load_value(value, part, f"{where}.{key}") for key, part in data.items()}
    if dataclasses.is_dataclass(hint):
        return load(hint, data, where)  # type: ignore[arg-type]
    return _load_scalar(hint, data, where)


def _load_union(hint: Any, data: Any, where: str) -> Any:
    choices = get_args(hint)
    if data is None and type(None) in choices:
        return None
    for choice in choices:
        if choice is not type(None):
            try:
                return load_value(choice, data, where)
            except Mismatch as mismatch:
                last = mismatch
    raise last


def _load_scalar(hint: Any, data: Any, where: str) -> Any:
    # bool is an int to Python, but true is not a number to anybody who reads the file.
    if hint is Path and isinstance(data, str):
        return Path(data)
    if hint is float and isinstance(data, (int, float)) and not isinstance(data, bool):
        try:
            return float(data)
        except OverflowError:
            raise Mismatch(f"{where}: {data!r:.30}... is too large") from None
    if isinstance(data, hint) and not (isinstance(data, bool) and hint is not bool):
        return data
    raise Mismatch(f"{where}: {hint.__name__} was expected, not {data!r:.60}")
