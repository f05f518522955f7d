from __future__ import annotations

import json

import numpy as np
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, strategies as st

from engine.problems import Problem
from engine.watermark.identities import Identities
from engine.watermark.keys import Key, derive, key_of, new_key, phrase_of
from engine.watermark.scheme import read_payload, spread

MASTER = bytes(range(32))


def test_derivation_is_hkdf_of_the_documented_info():
    info = b"cloakroom mark 1|pixel|abc|bits"
    assert derive(MASTER, "pixel", "abc", "bits") == HKDF(hashes.SHA256(), 32, None, info).derive(
        MASTER
    )


def test_every_purpose_has_its_own_stream():
    key = Key(MASTER)
    streams = {
        key.stream(scheme, model, purpose).take(32)
        for scheme in ("pixel", "phasemark")
        for model in ("", "m")
        for purpose in ("bits", "sync")
    }
    assert len(streams) == 8


def test_stream_values_are_fair_and_repeatable():
    key = Key(MASTER)
    bits = key.stream("a", "", "b").bits(100_000)
    assert abs(bits.mean() - 0.5) < 0.01
    assert np.array_equal(bits, key.stream("a", "", "b").bits(100_000))
    assert sorted(key.stream("a", "", "p").permutation(1000)) == list(range(1000))
    uniform = key.stream("a", "", "u").uniform(10_000)
    assert uniform.min() >= 0 and uniform.max() < 1 and abs(uniform.mean() - 0.5) < 0.02


@given(st.binary(min_size=32, max_size=32))
def test_phrase_round_trip(master: bytes):
    assert key_of(phrase_of(Key(master))).master == master


@given(st.integers(0, 17), st.integers(0, 4), st.sampled_from("abdfghijklmnoprstuvz"))
def test_a_wrong_letter_in_the_phrase_is_noticed(word: int, place: int, letter: str):
    words = phrase_of(Key(MASTER)).split()
    if words[word][place] == letter:
        return
    words[word] = words[word][:place] + letter + words[word][place + 1 :]
    with pytest.raises(ValueError):
        key_of(" ".join(words))


def test_mark_ids_are_made_by_one_key_only():
    mine, other = Key(MASTER), new_key()
    payload = mine.mark_id(77)
    assert payload >> 32 == 77
    assert mine.issued(payload) and not other.issued(payload) and not mine.issued(payload ^ 1)
    bound = mine.bound_id(77)
    assert bound >> 32 == 77 and bound != payload
    assert mine.bound(bound) and mine.issued(bound)
    assert not mine.bound(payload) and not other.issued(bound) and not mine.issued(bound ^ 1)


def test_keys_are_never_printed():
    key = Key(MASTER)
    for text in (repr(key), str(key), f"{key}", repr([key])):
        assert MASTER.hex() not in text and repr(MASTER) not in text


def test_identities_create_get_rotate_remove(tmp_path):
    store = Identities(tmp_path, passphrase="open sesame", place="file")
    made = store.create("Ana")
    assert store.get("Ana").key == made.key
    rotated = store.rotate("Ana")
    assert rotated.keys[1] == made.key and rotated.key != made.key
    (facts,) = store.facts()
    assert facts.public_ids == (rotated.key.public_id, made.key.public_id)
    store.remove("Ana")
    assert store.facts() == ()
    with pytest.raises(Problem, match="Ana"):
        store.get("Ana")


def test_nothing_on_disk_holds_the_key_in_the_clear(tmp_path):
    made = Identities(tmp_path, passphrase="pass", place="file").create("Ana")
    for file in tmp_path.iterdir():
        data = file.read_bytes()
        assert made.key.master not in data and made.key.master.hex().encode() not in data


def test_wrong_passphrase_and_none(tmp_path):
    Identities(tmp_path, passphrase="right", place="file").create("Ana")
    with pytest.raises(Problem) as wrong:
        Identities(tmp_path, passphrase="wrong").get("Ana")
    assert wrong.value.code == "identity.passphrase"
    with pytest.raises(Problem) as locked:
        Identities(tmp_path).get("Ana")
    assert locked.value.code == "identity.locked"


def test_backup_by_phrase_and_file(tmp_path):
    store = Identities(tmp_path / "a", passphrase="p", place="file")
    made = store.rotate(store.create("Ana").name)
    store.export("Ana", tmp_path / "ana.key", "travel")
    other = Identities(tmp_path / "b", passphrase="q", place="file")
    assert other.restore_file(tmp_path / "ana.key", "travel").keys == made.keys
    assert other.restore_phrase("Ana 2", store.phrase("Ana")).key == made.key
    with pytest.raises(Problem) as taken:
        other.restore_file(tmp_path / "ana.key", "travel")
    assert taken.value.code == "identity.exists"
    with pytest.raises(Problem) as wrong:
        other.restore_file(tmp_path / "ana.key", "nope", "Ana 3")
    assert wrong.value.code == "identity.passphrase"
    with pytest.raises(Problem) as words:
        other.restore_phrase("Ana 4", "one two")
    assert words.value.code == "identity.phrase"


def test_damaged_or_hostile_backup_is_a_problem(tmp_path):
    store = Identities(tmp_path, passphrase="p", place="file")
    store.create("Ana")
    file = tmp_path / "x.key"
    store.export("Ana", file, "t")
    box = json.loads(file.read_text())
    box["scrypt"]["n"] = 2**30
    for damaged in ("", "{}", "not json", json.dumps(box)):
        file.write_text(damaged)
        with pytest.raises(Problem) as bad:
            store.restore_file(file, "t", "Bob")
        assert bad.value.code == "identity.backup"


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a\\b", "a\nb"])
def test_names_that_cannot_be(tmp_path, name):
    with pytest.raises(Problem) as bad:
        Identities(tmp_path, passphrase="p", place="file").create(name)
    assert bad.value.code == "identity.name"


def test_keychain_is_used_when_there_is_one(tmp_path, monkeypatch):
    import keyring

    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "set_password", lambda s, a, v: kept.__setitem__((s, a), v))
    monkeypatch.setattr(keyring, "get_password", lambda s, a: kept.get((s, a)))
    monkeypatch.setattr(keyring, "delete_password", lambda s, a: kept.pop((s, a)))
    store = Identities(tmp_path, place="keychain")
    made = store.create("Ana")
    assert len(kept) == 1 and store.get("Ana").key == made.key
    kept.clear()
    with pytest.raises(Problem) as lost:
        store.get("Ana")
    assert lost.value.code == "identity.lost"


def test_an_issued_payload_stands_against_those_the_key_could_issue():
    """2^33 of them (two kinds) instead of 2^64; half the allowance is for each of the two ways."""
    key, other = Key(bytes(range(32))), new_key()
    issued = key.mark_id(77)
    soft = 2.0 * spread(issued, 256).astype(np.float32) - 1
    soft[:240:4] *= -0.1  # so many bits are read wrong, and hardly
    for reader, payloads in ((key, 2**33), (other, 2**64)):
        payload, evidence = read_payload(soft, 10.0, reader)
        assert payload == issued and evidence.matches == 196
        assert evidence.trials == 2 * 10 * payloads
    assert read_payload(soft, 10.0)[1].trials == 10 * 2.0**64
