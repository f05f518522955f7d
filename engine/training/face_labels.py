"""Label portraits for the face trainings: box, landmarks and, optionally, an embedding.

    python -m engine.training.face_labels --data FACES --out labels.json [--teacher MODEL]

The largest face of each picture below ``people/ID/`` and ``singles/`` is taken, as the built-in
locator and every downloaded one see it. ``--teacher`` names a downloaded identity model whose
embeddings the encoders shall follow. The labels that the built-in models were first trained on
came from elsewhere, before there was a locator; their cards say where from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.load import cached
from engine.models.loaders.identity import aligned
from engine.models.roles import Face
from engine.photo.faces import located
from engine.training.faces import picture
from engine.training.images import find_images


def area(face: Face) -> float:
    return (face.box[2] - face.box[0]) * (face.box[3] - face.box[1])


def label(options: argparse.Namespace) -> None:
    device = torch.device(options.device)
    context = Context(device, ModelCache(device))
    teacher = cached(context, options.teacher, options.models) if options.teacher else None
    labels: dict[str, Any] = {}
    for file in find_images([options.data]):
        image = picture(file)
        faces = located(image[0].to(device), context, options.models)
        if not faces:
            continue
        face = max(faces, key=area)
        known: dict[str, Any] = {
            "score": face.score,
            "box": list(face.box),
            "landmarks": [list(point) for point in face.landmarks],
        }
        if teacher is not None:
            embedded = teacher.judge(aligned(image.to(device), face, teacher.size))[0]
            known["teacher"] = embedded.tolist()
        labels[file.relative_to(options.data).as_posix()] = known
    options.out.write_text(json.dumps(labels))
    print(f"{len(labels)} faces", flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with people and singles")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", help="id of a downloaded identity model")
    parser.add_argument("--models", type=Path, help="where downloaded models are kept")
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    label(arguments())
