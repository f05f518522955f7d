from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, strategies as st

from app.receipts import (
    JOBS,
    job_from_json,
    job_to_json,
    read_receipt,
    receipt_from_json,
    receipt_to_json,
    write_receipts,
)
from app.typed_json import Mismatch
from engine import api
from engine.problems import Problem
from tests.app.fake_work import receipt

RECEIPT = receipt(api.ProtectPhoto(Path("/a.png")), Path("/b.png"))
names = st.text(st.characters(blacklist_characters="/\0"), min_size=1, max_size=8)

protect_jobs = st.builds(
    api.ProtectPhoto,
    file=names.map(Path),
    threats=st.lists(st.sampled_from(["edit", "faceswap"]), unique=True).map(tuple),
    strength=st.sampled_from(api.STRENGTHS),
    epsilon=st.none() | st.floats(0, 1),
    seed=st.integers(0, 2**63),
    mask=st.none() | names.map(Path),
    out=st.none() | names.map(Path),
    strip_location=st.booleans(),
    native=st.booleans(),
    preview=st.booleans(),
)


@given(protect_jobs)
def test_jobs_survive_json(job: api.ProtectPhoto) -> None:
    assert job_from_json(json.loads(json.dumps(job_to_json(job)))) == job


def test_every_job_has_a_kind_of_its_own() -> None:
    assert set(JOBS.values()) == set(get_args(api.Job))
    assert job_from_json(job_to_json(api.ListDevices())) == api.ListDevices()


@pytest.mark.parametrize(
    "data", [None, [], {}, {"kind": "fly"}, {"kind": "protect-photo"}, {"kind": ["protect-photo"]}]
)
def test_other_data_is_no_job(data: Any) -> None:
    with pytest.raises(Mismatch):
        job_from_json(data)


def test_a_receipt_comes_back_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    write_receipts((RECEIPT,), file)
    assert json.loads(file.read_text())["schema"] == api.RECEIPT_SCHEMA
    assert read_receipt(file) == RECEIPT
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_several_receipts_are_a_list(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    other = dataclasses.replace(RECEIPT, output="/c.png")
    write_receipts((RECEIPT, other), file)
    assert [receipt_from_json(data) for data in json.loads(file.read_text())] == [RECEIPT, other]


def test_an_infinite_figure_becomes_null() -> None:
    identical = dataclasses.replace(RECEIPT, measures={"psnr": math.inf})
    assert receipt_to_json(identical)["measures"] == {"psnr": None}


@pytest.mark.parametrize("schema", [0, 2, 99])
def test_another_schema_is_refused_with_a_sentence(schema: int) -> None:
    with pytest.raises(Problem, match=f"format {schema}") as caught:
        receipt_from_json({**receipt_to_json(RECEIPT), "schema": schema})
    assert caught.value.code == "receipt.newer"


@pytest.mark.parametrize(
    "change",
    [{"seconds": "long"}, {"schema": "1"}, {"schema": None}, {"extra": 1}, {"models": {"a": 1}}],
)
def test_a_receipt_with_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        receipt_from_json({**receipt_to_json(RECEIPT), **change})
    assert caught.value.code == "receipt.broken"


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file.missing"), (b"{", "receipt.broken"), (b"\xff", "receipt.broken")],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "r.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Problem) as caught:
        read_receipt(file)
    assert caught.value.code == code


def test_a_folder_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        write_receipts((RECEIPT,), tmp_path / "nowhere" / "r.json")
    assert caught.value.code == "folder.unwritable"
