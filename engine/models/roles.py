"""What a method may ask of a model, whatever file it came from.

Images are float tensors (n, 3, h, w) in [0, 1], sRGB; the wrapper converts to what its network
wants. Wrappers never detach: where a role promises gradients, the loss reaches the pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


class Autoencoder(Protocol):
    """An image autoencoder (a latent diffusion model's VAE or a distilled one)."""

    id: str
    sha256: str  # of the weight file
    latent_channels: int
    factor: int  # spatial downsampling, 8 for the built-in ones

    def encode(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, latent_channels, ceil(h/factor), ceil(w/factor)).

        The mode of the posterior, multiplied by the model's scaling factor (about unit
        variance). Sizes that are no multiple of ``factor`` are padded by reflection.
        """
        ...

    def decode(self, latents: Tensor) -> Tensor:
        """The inverse: scaled latents -> images in [0, 1] (not clipped), factor x larger."""
        ...


@dataclass(frozen=True)
class Condition:
    """What a denoiser is told beside the noised latent.

    ``text`` (n, tokens, width): the embedded prompt; DPD perturbs it. ``image`` (n, c, h, w): the
    photo's latent, shown to an instruction editor's U-Net, exactly as its input channels take it
    (zeros where no photo is shown); None for models that look at no photo.
    """

    text: Tensor
    image: Tensor | None = None


class Denoiser(Protocol):
    """The U-Net (or transformer) of a latent diffusion model with its text encoder and schedule.

    Latents are ``autoencoder``'s scaled ones; ``t`` is an integer time step in
    0 .. ``time_steps`` - 1, larger is noisier. Everything is differentiable in latents and
    condition.
    """

    id: str
    sha256: str
    autoencoder: Autoencoder
    time_steps: int

    def embed(self, prompts: Sequence[str]) -> Tensor:
        """(n, tokens, width): the embedded prompts; "" is no prompt."""
        ...

    def condition(self, text: Tensor, latents: Tensor | None = None) -> Condition:
        """For embedded prompts and, for an instruction editor, the photo's scaled latents.

        Without ``latents`` an instruction editor is shown no photo: a plain denoiser. Models that
        look at no photo ignore them.
        """
        ...

    def alpha_bar(self, t: int) -> float:
        """Share of the signal's power left at ``t``: z_t = sqrt(a) z + sqrt(1 - a) noise."""
        ...

    def predict(self, z_t: Tensor, t: int, condition: Condition) -> Tensor:
        """The clean latent that the model sees behind ``z_t``, same shape."""
        ...

    def features(self, z_t: Tensor, t: int, condition: Condition) -> list[Tensor]:
        """Outputs (n, c, h, w) of the deep blocks: the mid block and the first up block."""
        ...


class Editor(Protocol):
    """A picture editor that follows an instruction."""

    id: str

    @property
    def denoiser(self) -> Denoiser: ...

    def edit(self, images: Tensor, instruction: str, seed: int) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> the same shape and range.

        The noise depends on the latent's size and ``seed`` alone and is the same for every image
        of the batch, so that two photos are edited under equal conditions.
        """
        ...

    def sample(self, images: Tensor, instruction: str, seed: int) -> Iterator[Tensor]:
        """The clean latents as they are seen at each step; ``edit`` develops the last ones."""
        ...

    def developed(self, latents: Tensor, images: Tensor) -> Tensor:
        """Latents of ``sample`` as pictures of the size of ``images``, in [0, 1]."""
        ...


@dataclass(frozen=True)
class Face:
    """``box`` is left, top, right, bottom in pixels; ``landmarks`` are (x, y) of the person's
    right eye, left eye, nose, right and left corner of the mouth. ``score`` in 0..1."""

    score: float
    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]


class IdentityEncoder(Protocol):
    """Tells people apart by their faces."""

    id: str
    sha256: str
    size: int  # of an aligned face, in pixels
    width: int

    def embed(self, faces: Tensor) -> Tensor:
        """(n, 3, size, size) in [0, 1], aligned -> (n, width) of length 1; cosine compares them.

        Differentiable.
        """
        ...

    def judge(self, faces: Tensor) -> Tensor:
        """As ``embed``, without gradients and as the published file runs."""
        ...


class FaceLocator(Protocol):
    """Finds faces."""

    id: str
    sha256: str

    def find(self, image: Tensor) -> list[Face]:
        """(3, h, w) in [0, 1] -> the faces in it, the surest first. No gradients."""
        ...


class FaceRestorer(Protocol):
    """Paints faces anew, as sharp as it knows faces."""

    id: str
    sha256: str

    def restore(self, image: Tensor, found: Sequence[Face]) -> Tensor:
        """(1, 3, h, w) in [0, 1] -> the same with these faces restored. No gradients."""
        ...


class PictureAdapter(Protocol):
    """A denoiser that also looks at a reference: a picture, or the embedding of a face."""

    id: str
    sha256: str
    denoiser: Denoiser

    def reference(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, d). Differentiable."""
        ...

    def tokens(self, reference: Tensor) -> Tensor:
        """(n, d) -> (n, tokens, width): what the cross-attention is shown. Differentiable."""
        ...

    def features(self, z_t: Tensor, t: int, condition: Condition, tokens: Tensor) -> list[Tensor]:
        """As ``Denoiser.features``, looking at the tokens too."""
        ...


class PictureText(Protocol):
    """Tells how well pictures fit sentences."""

    id: str
    sha256: str

    def embed(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, d) of length 1. Differentiable."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """(n, d) of length 1; cosine compares them with pictures."""
        ...

    def fit(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """(pictures, texts) in 0..1: the model's own probability that they belong together."""
        ...


class SpeakerEncoder(Protocol):
    """Tells people apart by their voices."""

    id: str
    sha256: str
    sample_rate: int
    width: int

    def embed(self, waves: Tensor) -> Tensor:
        """(n, samples) in [-1, 1] at ``sample_rate``, at least a quarter of a second -> (n, width)
        of length 1; cosine compares them. Differentiable."""
        ...


class SpeechFeatures(Protocol):
    """What a self-supervised network makes of speech, for a head of one's own."""

    id: str
    sha256: str
    sample_rate: int
    layers: int
    width: int

    def features(self, waves: Tensor) -> Tensor:
        """(n, samples) in [-1, 1] at ``sample_rate`` -> (n, layers, width): every layer's mean
        over time. Differentiable."""
        ...


class AcousticEncoder(Protocol):
    """What a zero-shot voice cloner hears of its reference."""

    id: str
    sha256: str
    sample_rate: int
    hop: int  # samples a frame

    def encode(self, waves: Tensor) -> Tensor:
        """(n, samples) in [-1, 1] at ``sample_rate`` -> (n, ceil(samples/hop), d).
        Differentiable."""
        ...


class Cloner(Protocol):
    """Speaks a text in a voice it is given."""

    id: str
    sha256: str
    sample_rate: int  # of what it speaks

    def clone(self, reference: Tensor, text: str, seed: int) -> Tensor:
        """(1, samples) in [-1, 1] at 16 kHz -> (1, samples) in [-1, 1] at ``sample_rate``."""
        ...


class PictureFeatures(Protocol):
    """Looks at whole pictures, for a head of somebody's own."""

    id: str
    sha256: str
    width: int
    size: int  # pixels of the square that it sees

    def embed(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, width) of unit length. No gradients."""
        ...


class Detector(Protocol):
    """Gives its opinion whether something was made by an AI."""

    id: str
    sha256: str
    sample_rate: int | None  # None: it looks at pictures

    def score(self, x: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1], or (n, samples) in [-1, 1] -> (n,) in 0..1, 1 is fake. Not
        calibrated. No gradients."""
        ...
