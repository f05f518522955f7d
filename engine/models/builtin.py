"""The models that ship with Cloakroom, in ``assets/models``: loaded like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError

from engine.context import Context
from engine.models import whitening
from engine.models.autoencoders import DiffusersAutoencoder, load_autoencoder
from engine.models.cloners import BuiltinCloner
from engine.models.voiceprints import BuiltinVoicePrint
from engine.models.whitening import Whitening
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.models.loaders.editor import InstructionEditor

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "models"

# Voices likewise; the cloners only play the attacker. Encoders that hear power without a logarithm
# want another change than the others: they are searched on by themselves.
VOICE_SURROGATES = (
    "speaker-ecapa-builtin",
    "speaker-raw-builtin",
    "speaker-xvector-builtin",
    "speaker-lstm-builtin",
    "speaker-power-builtin",
    "speaker-dvector-builtin",
)
HEAR_POWER = ("speaker-power-builtin", "speaker-dvector-builtin")
QUICK_VOICE_SURROGATES = ("speaker-lstm-builtin", "speaker-xvector-builtin")
VOICE_JUDGE = "speaker-resnet-judge"
# The other judge hears synthetic voices as voices; the first takes all of them for nobody's.
CLONE_JUDGE = "speaker-quantiles-judge"
CLONERS, VOCODER = ("cloner-builtin", "cloner-judge"), "vocoder-builtin"

# Cloaks are optimised on the surrogates; the judge is only ever asked afterwards.
SURROGATES = (
    "autoencoder-kl-builtin",
    "autoencoder-tiny-builtin",
    "autoencoder-kl4-builtin",  # an encoder alone
)
JUDGE = "autoencoder-dc-judge"
EDITOR, EDITOR_JUDGE = "editor-builtin", "editor-judge"  # surrogate, and judge of what survives


def autoencoder(id: str, context: Context) -> DiffusersAutoencoder:
    """A built-in autoencoder in float32 on the job's device, from the cache when it is there."""
    folder = FOLDER / id
    size = 2 * sum(f.stat().st_size for f in folder.glob("*.safetensors"))
    return context.models.get(id, lambda: load_autoencoder(folder, id, context.device), size)


def whitening_of(id: str, context: Context) -> Whitening:
    """The whitening of a built-in autoencoder's latents, measured when it was trained."""

    def load() -> Whitening:
        stored = whitening.load(FOLDER / id, context.device)
        return stored or whitening.estimated(autoencoder(id, context), context.device)

    return context.models.get(f"{id}/whitening", load)


def editor(id: str, context: Context, folder: Path = FOLDER) -> InstructionEditor:
    """A built-in instruction editor in float32 on the job's device, used as it was trained for."""

    def load() -> InstructionEditor:
        from engine.models.loaders.editor import load_folder

        weights = folder / id / "unet" / "diffusion_pytorch_model.safetensors"
        with weights.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return load_folder(folder / id, id, sha256, context.device, torch.float32)

    size = 2 * sum(f.stat().st_size for f in (folder / id).rglob("*.safetensors"))
    return context.models.get(id, load, size)


def speaker(id: str, context: Context) -> BuiltinVoicePrint:
    """A built-in speaker encoder. Raises ``Problem("builtin.damaged")``, as the next two do."""
    with whole(id):
        return context.models.get(id, lambda: BuiltinVoicePrint(FOLDER / id, id, context.device))


def cloner(id: str, context: Context) -> BuiltinCloner:
    """A built-in voice cloner: a converter and its vocoder."""
    with whole(id):
        return context.models.get(
            id, lambda: BuiltinCloner(FOLDER / id, FOLDER / VOCODER, id, context.device)
        )


@contextmanager
def whole(id: str) -> Iterator[None]:
    """What reading and building raise for files that are not there or not what they were."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise Problem("builtin.damaged", id=id) from error
