"""What strangers write into Content Credentials may be anything that JSON can say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from pytest import MonkeyPatch

from engine.check import provenance

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
MANIFEST = st.fixed_dictionaries(
    {},
    optional={
        "signature_info": ANYTHING,
        "claim_generator_info": ANYTHING,
        "ingredients": ANYTHING,
        "assertions": st.lists(
            st.fixed_dictionaries(
                {
                    "label": st.sampled_from(["c2pa.actions", provenance.TRAINING, "other"]),
                    "data": ANYTHING
                    | st.fixed_dictionaries({"entries": ANYTHING, "actions": ANYTHING})
                    | st.fixed_dictionaries(
                        {"entries": st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3)}
                    ),
                }
            )
            | ANYTHING,
            max_size=4,
        )
        | ANYTHING,
    },
)


@given(
    manifest=MANIFEST | ANYTHING, results=ANYTHING, state=st.sampled_from(["Valid", "Invalid", 3])
)
def test_hostile_credentials_are_told_or_passed_over(
    manifest: Any, results: Any, state: Any
) -> None:
    store = {
        "active_manifest": "a",
        "manifests": {"a": manifest},
        "validation_state": state,
        "validation_results": {"activeManifest": results},
        "validation_status": results,
    }
    with MonkeyPatch.context() as patch:
        patch.setattr(provenance, "manifest_store", lambda file, home: (store, False, ""))
        (found,) = provenance.credentials_evidence(Path("a.png"), Path("home"))
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in found.facts)
