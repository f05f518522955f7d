"""Reads SentencePiece models, so that their package is not needed.

A model file is a protocol buffer (``sentencepiece_model.proto``): field 1, repeated, is a piece
with its text (1), score (2) and type (3); field 3 is the normaliser with its character map (2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPACE = "\u2581"


@dataclass(frozen=True)
class Pieces:
    """``kinds``: 1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    kinds: tuple[int, ...]
    character_map: bytes

    @property
    def unknown(self) -> int:
        return self.kinds.index(2)


def read_pieces(path: Path) -> Pieces:
    """Raises ``ValueError`` for a file that is no SentencePiece model."""
    texts, scores, kinds, character_map = [], [], [], b""
    try:
        for number, value in _fields(path.read_bytes()):
            if number == 1:
                piece = dict(_fields(value))
                texts.append(piece[1].decode("utf-8"))
                scores.append(struct.unpack("<f", piece.get(2, b"\0\0\0\0"))[0])
                kinds.append(int(piece.get(3, 1)))
            elif number == 3:
                character_map = dict(_fields(value)).get(2, b"")
    except (IndexError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise ValueError(f"{path.name} is no SentencePiece model") from error
    if 2 not in kinds:
        raise ValueError(f"{path.name} is no SentencePiece model")
    return Pieces(tuple(texts), tuple(scores), tuple(kinds), character_map)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        kind = key & 7
        value: Any
        if kind == 0:
            value, position = _varint(data, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, position = data[position : position + size], position + size
        elif kind == 2:
            size, position = _varint(data, position)
            value, position = data[position : position + size], position + size
        else:
            raise ValueError("a field of an unknown kind")
        yield key >> 3, value


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 127) << shift
        position += 1
        shift += 7
        if byte < 128:
            return value, position


def characters(pieces: Pieces, text: str) -> list[int]:
    """The ids of a model of single characters: one per character, words begin with a space."""
    ids = {piece: i for i, piece in enumerate(pieces.texts)}
    marked = SPACE + SPACE.join(text.split())
    return [ids.get(character, pieces.unknown) for character in marked]


def unigram(pieces: Pieces) -> Any:
    """A ``tokenizers.Tokenizer`` that cuts as the model does (unigram)."""
    import tokenizers
    from tokenizers import models, normalizers, pre_tokenizers

    table = list(zip(pieces.texts, pieces.scores, strict=True))
    tokenizer = tokenizers.Tokenizer(models.Unigram(table, pieces.unknown, False))
    if pieces.character_map:
        tokenizer.normalizer = normalizers.Precompiled(pieces.character_map)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(SPACE, "always")
    return tokenizer
