"""Label portraits for the face trainings: box and landmarks, and a pack of the aligned faces.

    python -m engine.training.face_labels --data FACES --out labels.json [--pack faces.npz]

The largest face of each picture below ``people/ID/`` and ``singles/`` is taken, as the built-in
locator and every downloaded one see it; pictures in which none is seen are left out. With
``--pack``, labels that are already there are kept and only the pack is made.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.roles import Face
from engine.photo.faces import located
from engine.training import faces
from engine.training.faces import picture
from engine.training.images import find_images


def area(face: Face) -> float:
    return (face.box[2] - face.box[0]) * (face.box[3] - face.box[1])


def label(options: argparse.Namespace) -> None:
    device = torch.device(options.device)
    context = Context(device, ModelCache(device))
    labels: dict[str, Any] = {}
    files = find_images([options.data])
    for number, file in enumerate(files):
        if number % 200 == 0:
            print(f"{number} of {len(files)} pictures, {len(labels)} faces", flush=True)
        image = picture(file)
        found = located(image[0].to(device), context, options.models)
        if not found:
            continue
        face = max(found, key=area)
        known: dict[str, Any] = {
            "score": face.score,
            "box": list(face.box),
            "landmarks": [list(point) for point in face.landmarks],
        }
        labels[file.relative_to(options.data).as_posix()] = known
    options.out.write_text(json.dumps(labels))
    print(f"{len(labels)} faces", flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with people and singles")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pack", type=Path, help="file for the aligned faces (.npz)")
    parser.add_argument("--quality", type=int, default=55, help="of the pack's WebP pictures")
    parser.add_argument("--models", type=Path, help="where downloaded models are kept")
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    options = arguments()
    if not (options.pack and options.out.exists()):
        label(options)
    if options.pack:
        faces.pack(faces.read_labels(options.data, options.out), options.pack, options.quality)
