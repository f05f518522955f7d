from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.models.catalogue import PATH, Catalogue, read_catalogue, write_catalogue
from engine.models.listing import suits

GIB = 1 << 30


def test_it_reads_and_writes_without_a_change(tmp_path: Path) -> None:
    catalogue = read_catalogue()
    write_catalogue(catalogue, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text("utf-8") == PATH.read_text("utf-8")
    assert read_catalogue(tmp_path / "again.json") == catalogue


@pytest.mark.parametrize(
    "kind",
    [
        "autoencoder", "denoiser", "editor", "adapter", "identity", "locator", "semantic",
        "speaker", "cloner", "acoustic", "detector", "speech",
    ],
)  # fmt: skip
def test_every_kind_of_model_is_there(kind: str) -> None:
    assert [entry for entry in read_catalogue().entries if entry.id.startswith(f"{kind}-")]


def test_the_classes_exist_in_the_libraries() -> None:
    import diffusers
    import transformers

    libraries = {"diffusers": diffusers, "transformers": transformers}
    for entry in read_catalogue().entries:
        library, _, name = entry.loads.partition(".")
        if library in libraries and " " not in entry.loads:
            assert hasattr(libraries[library], name), entry.id


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("id",), "Autoencoder", "id"),
        (("repo",), "no-owner", "repo"),
        (("revision",), "main", "revision"),
        (("roles",), [], "roles"),
        (("roles",), ["ornament"], "roles"),
        (("purpose", "zh"), "", "purpose.zh"),
        (("files", 0, "path"), "../outside", "path"),
        (("files", 0, "path"), "/etc/passwd", "path"),
        (("files", 1, "sha256"), "made up", "sha256"),
        (("size",), 3, "size"),
        (("licence", "forbids"), ["commercial-use"], "consent"),
        (("format",), "pickle", "converted"),
        (("requires",), ["autoencoder-of-nobody"], "requires unknown"),
        (("confirmed",), False, "unconfirmed"),
    ],
)
def test_what_breaks_the_schema_is_refused(
    tmp_path: Path, path: tuple[str | int, ...], value: object, complaint: str
) -> None:
    content = json.loads(PATH.read_text("utf-8"))
    place = content["entries"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (tmp_path / "bad.json").write_text(json.dumps(content))
    with pytest.raises(ValidationError, match=complaint):
        read_catalogue(tmp_path / "bad.json")


def test_an_id_is_used_once() -> None:
    first = read_catalogue().entries[0]
    with pytest.raises(ValidationError, match="twice"):
        Catalogue(version=1, entries=(first, first))


def test_what_is_recommended_depends_on_the_computer() -> None:
    def ids(device: str, gigabytes: float) -> set[str]:
        return {e.id for e in read_catalogue().entries if suits(e, device, int(gigabytes * GIB))}

    weak, usual, strong = ids("cpu", 0.5), ids("cpu", 8), ids("cuda", 24)
    assert weak < usual < strong
    assert "autoencoder-taesd-sd1" in usual
    assert "autoencoder-kl-sdxl" in strong - usual
    licences = {e.id for e in read_catalogue().entries if e.licence.consent}
    assert not strong & licences
