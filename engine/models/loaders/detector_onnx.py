"""Any picture detector that is one ONNX file. What goes in and what comes out is the catalogue's to
say, never guessed: a wrong guess would turn every answer around."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.models.loaders.onnx_session import open_session
from engine.models.loaders.source import Source
from engine.models.loaders.vision import middle

FILTERS = ("bilinear", "bicubic")
MEANINGS = ("logit", "probability", "classes")


class OnnxClassifier:
    """``roles.Detector``, by the entry's ``options``:

    ``resize`` pixels of the shorter side, by ``filter``, of which the middle ``size`` are shown;
    ``mean`` and ``deviation`` of each colour, "0.485 0.456 0.406"; ``output``: "logit" (one number,
    above 0 is fake), "probability" (one in 0..1) or "classes" (logits, of which ``fake`` is the
    number of the fakes').
    """

    sample_rate: int | None = None

    def __init__(self, source: Source, session: Any) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.session = session
        self._resize, self._size = int(source.option("resize")), int(source.option("size"))
        self._filter, self._output = source.option("filter"), source.option("output")
        self._mean, self._deviation = (
            [float(part) for part in source.option(name).split()] for name in ("mean", "deviation")
        )
        self._fake = int(source.option("fake")) if self._output == "classes" else 0
        if self._filter not in FILTERS or self._output not in MEANINGS:
            raise ValueError(f"{self._filter} or {self._output} means nothing here")
        if self._resize < self._size or len(self._mean) != 3 or len(self._deviation) != 3:
            raise ValueError("its sizes or its three colours do not fit together")
        (self._input,) = session.get_inputs()

    @torch.no_grad()
    def score(self, x: Tensor) -> Tensor:
        cut = middle(x.float(), self._resize, self._size, self._filter)
        mean, deviation = (cut.new_tensor(v)[:, None, None] for v in (self._mean, self._deviation))
        kind = np.float16 if self._input.type == "tensor(float16)" else np.float32
        pixels = ((cut - mean) / deviation).cpu().numpy().astype(kind)
        # One at a time: many files were exported for exactly one picture.
        rows = [
            self.session.run(None, {self._input.name: pixels[i : i + 1]})[0] for i in range(len(x))
        ]
        answers = torch.from_numpy(np.concatenate([row.reshape(1, -1) for row in rows])).float()
        if self._output == "classes":
            if not 0 <= self._fake < answers.shape[1] or answers.shape[1] < 2:
                raise ValueError(f"it has {answers.shape[1]} classes and no number {self._fake}")
            return answers.softmax(1)[:, self._fake].to(x.device)
        if answers.shape[1] != 1:
            raise ValueError(f"it answers with {answers.shape[1]} numbers instead of one")
        found = answers[:, 0].sigmoid() if self._output == "logit" else answers[:, 0].clamp(0, 1)
        return found.to(x.device)


def load(source: Source) -> OnnxClassifier:
    (file,) = source.entry.files
    model = OnnxClassifier(source, open_session(source.folder / file.path, source.device))
    shown = model.score(torch.full((1, 3, 64, 64), 0.5))
    if not bool(torch.isfinite(shown).all()):
        raise ValueError("its answer is no number")
    return model
