"""IP-Adapter: a picture, or a face, as a prompt for Stable Diffusion (2308.06721)."""

from __future__ import annotations

from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.loaders import denoiser
from engine.models.loaders.pickles import read_pickle
from engine.models.loaders.source import Source
from engine.models.roles import Condition

# CLIP's, of the training set of 2103.00020.
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


class PictureAdapter:
    """A denoiser that also looks at a reference (``roles.PictureAdapter``).

    ``tokens`` promises gradients to the pixels of the reference, ``features`` to the tokens.
    """

    def __init__(
        self,
        source: Source,
        model: denoiser.StableDiffusion,
        image_encoder: Any,
        projection: Any,
    ) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.denoiser = model
        self._image_encoder = image_encoder
        self._projection = projection

    def reference(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, d): what the adapter knows of the pictures.

        Raises ``TypeError`` for an adapter that takes a face's embedding instead.
        """
        if self._image_encoder is None:
            raise TypeError("this adapter takes an identity embedding, not a picture")
        size = int(self._image_encoder.config.image_size)
        resized = functional.interpolate(
            images, (size, size), mode="bicubic", antialias=True, align_corners=False
        )
        mean, deviation = (images.new_tensor(x)[:, None, None] for x in (MEAN, DEVIATION))
        parameter = next(self._image_encoder.parameters())
        embedded: Tensor = self._image_encoder(
            ((resized - mean) / deviation).to(parameter.dtype)
        ).image_embeds
        return embedded

    def tokens(self, reference: Tensor) -> Tensor:
        """(n, d) -> (n, tokens, width): what the cross-attention is shown."""
        projected: Tensor = self._projection(reference)
        return projected

    def features(self, z_t: Tensor, t: int, condition: Condition, tokens: Tensor) -> list[Tensor]:
        """As ``roles.Denoiser.features``, under the reference's tokens beside the prompt."""
        dtype = next(self.denoiser.network.parameters()).dtype
        beside = {"image_embeds": [tokens.expand(len(z_t), -1, -1).to(dtype)]}
        return self.denoiser.features_beside(z_t, t, condition, added_cond_kwargs=beside)


class _Tokens(nn.Module):
    """In place of diffusers' projection inside the U-Net: takes tokens that are projected already,
    so that a loss can look at them and a method can mix them."""

    def forward(self, image_embeds: list[Tensor]) -> list[Tensor]:
        return [tokens[:, None] for tokens in image_embeds]


def load(source: Source) -> PictureAdapter:
    """Loads the adapter's own attention weights into its base denoiser (diffusers' IP-Adapter)."""
    model = denoiser.load(source.required["denoiser"])
    weights = source.folder / source.option("weights")
    flat = load_file(weights) if weights.suffix == ".safetensors" else read_pickle(weights)
    state: dict[str, dict[str, Tensor]] = {"image_proj": {}, "ip_adapter": {}}
    for name, tensor in flat.items():
        part, _, rest = name.partition(".")
        if part not in state:
            raise ValueError(f"{name} is no weight of an IP-Adapter")
        state[part][rest] = tensor
    network = model.network
    network._load_ip_adapter_weights([state])
    network.requires_grad_(False).eval().to(source.device, source.dtype)
    (projection,) = network.encoder_hid_proj.image_projection_layers
    network.encoder_hid_proj = _Tokens()
    image_encoder = None
    if "image_encoder" in source.entry.options:
        import transformers

        image_encoder = transformers.CLIPVisionModelWithProjection.from_pretrained(
            source.folder / source.option("image_encoder"), dtype=source.dtype,
            use_safetensors=True, local_files_only=True,
        )  # fmt: skip
        image_encoder.requires_grad_(False).eval().to(source.device)
    adapter = PictureAdapter(source, model, image_encoder, projection)
    source.expect(width=model.condition_width, tokens=_count(projection))
    return adapter


def _count(projection: Any) -> int:
    """How many tokens it makes: its classes name the number differently."""
    count = getattr(projection, "num_image_text_embeds", None)
    return int(projection.num_tokens if count is None else count)
