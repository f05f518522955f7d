"""Train the built-in face locator on portraits pasted into photos.

    python -m engine.training.face_locator --data FACES --labels labels.json --photos PHOTOS \\
        --out assets/models/face-locator --work CHECKPOINTS --minutes 10

Each training picture is a crop of a photo with none to five portraits on it, whole or cut out
softly, turned, mirrored, foreshortened, with bars and dark glasses over some, grey, blurred or
compressed. The network answers to faces of 24 to 96 px; larger ones are found on smaller copies
of a photo, which costs a third more in all.

Every fourth person with several photos is held out. Stops after ``--minutes`` and resumes.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.face_networks import LocatorNetwork, build
from engine.training import faces
from engine.training.autoencoder import Ema
from engine.training.images import Crops, find_images

Array = NDArray[Any]
CONFIG = {"family": "locator", "width": 48, "depth": 6}
SIDE = 160  # of a training picture in pixels
LEAST, MOST = 22.0, 100.0  # face sizes pasted, the square root of the box's area
SAVE_EVERY = 200


class Scenes:
    """Draws training pictures with the boxes and landmarks of the faces in them."""

    def __init__(self, portraits: list[faces.Portrait], photos: list[Path], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.backgrounds = Crops(photos, SIDE, seed)
        self.pictures: list[Array] = [
            (p.read()[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8) for p in portraits
        ]
        self.faces = [p.face for p in portraits]

    def draw(self) -> tuple[Array, list[Array]]:
        """A picture (SIDE, SIDE, 3) in [0, 1] and, per face, 7 points: centre, size, landmarks."""
        r = self.random
        background = (self.backgrounds.batch(1)[0].permute(1, 2, 0).numpy() + 1) / 2
        canvas = np.ascontiguousarray(background, dtype=np.float32)
        placed: list[Array] = []
        count = int(r.choice([0, 1, 2, 3, 5], p=[0.1, 0.35, 0.25, 0.2, 0.1]))
        for _ in range(count):
            size = float(np.exp(r.uniform(math.log(LEAST), math.log(MOST if count < 3 else 45))))
            centre = r.uniform(0.12, 0.88, 2) * SIDE
            if any(np.hypot(*(centre - f[0])) < 0.9 * (size + f[1, 0]) for f in placed):
                continue
            placed.append(self._paste(canvas, size, centre))
        return self._worn(canvas), placed

    def _paste(self, canvas: Array, size: float, centre: Array) -> Array:
        r = self.random
        which = int(r.integers(len(self.pictures)))
        picture, face = self.pictures[which], self.faces[which]
        box = np.array(face.box)
        middle = (box[:2] + box[2:]) / 2
        own = math.sqrt((box[2] - box[0]) * (box[3] - box[1]))
        turn, scale = r.normal(0, 0.18), size / own
        mirror = -1.0 if r.random() < 0.5 else 1.0
        squeeze = r.uniform(0.62, 1.0) if r.random() < 0.25 else 1.0  # a head turned aside
        cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
        linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([mirror * squeeze, 1.0])
        matrix = np.concatenate([linear, (centre - linear @ middle)[:, None]], 1)
        if scale < 0.6:  # shrink in two steps, or fine texture turns into noise
            half = 0.5 ** int(math.log2(1 / scale))
            picture = cv2.resize(picture, None, fx=half, fy=half, interpolation=cv2.INTER_AREA)
            moved = np.concatenate([matrix[:, :2] / half, matrix[:, 2:]], 1)
        else:
            moved = matrix
        warped = cv2.warpAffine(picture, moved, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
        inside = cv2.warpAffine(np.ones(picture.shape[:2], np.float32), moved, (SIDE, SIDE))
        axis = np.arange(SIDE, dtype=np.float32)
        if r.random() < 0.5:  # cut out softly, else the whole portrait
            away = np.hypot((axis[None] - centre[0]) / 0.62, (axis[:, None] - centre[1]) / 0.85)
            inside = inside * np.clip((size * r.uniform(0.95, 1.3) - away) / (0.1 * size), 0, 1)
        colours = warped.astype(np.float32) / 255
        canvas += inside[..., None] * (colours - canvas)
        points = np.array(face.landmarks) @ linear.T + matrix[:, 2]
        if mirror < 0:  # the mirrored person's right eye is the left one
            points = points[[1, 0, 2, 4, 3]]
        if r.random() < 0.15:  # dark glasses
            for eye in points[:2]:
                at = (int(eye[0]), int(eye[1]))
                radius = max(2, int(size * r.uniform(0.1, 0.17)))
                cv2.circle(canvas, at, radius, r.uniform(0, 0.4, 3).tolist(), -1, cv2.LINE_AA)
        elif r.random() < 0.15:  # a bar
            a, b = centre + r.normal(0, 0.4 * size, 2), centre + r.normal(0, 0.4 * size, 2)
            cv2.line(canvas, tuple(a.astype(int).tolist()), tuple(b.astype(int).tolist()),
                     r.uniform(0, 1, 3).tolist(), max(1, int(size * 0.08)))  # fmt: skip
        # A turned box grows; what stays is a square of the face's size.
        wide = size * math.sqrt(squeeze)
        return np.concatenate([[centre], [[wide, wide]], points]).astype(np.float32)

    def _worn(self, canvas: Array) -> Array:
        r = self.random
        if r.random() < 0.25:
            canvas = np.repeat(canvas.mean(2, keepdims=True), 3, 2)
        gamma = math.exp(r.normal(0, 0.25))
        canvas = np.clip(canvas, 1e-4, 1) ** gamma
        if r.random() < 0.2:
            canvas = cv2.GaussianBlur(canvas, (0, 0), r.uniform(0.4, 1.4))
        if r.random() < 0.2:
            canvas = canvas + r.normal(0, 0.04, canvas.shape)
        pixels: Any = (np.clip(canvas, 0, 1) * 255).astype(np.uint8)
        if r.random() < 0.3:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(r.integers(25, 90))]
            pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
        worn: Array = pixels.astype(np.float32) / 255
        return worn


def targets(scene: list[Array]) -> tuple[Tensor, Tensor, Tensor]:
    """Heat (h, w) in 0..1, values (14, h, w) and where they count (h, w), per cell."""
    side, stride = SIDE // LocatorNetwork.STRIDE, LocatorNetwork.STRIDE
    axis = (torch.arange(side) + 0.5) * stride
    heat, near = torch.zeros(side, side), torch.zeros(side, side)
    values = torch.zeros(14, side, side)
    cells = torch.stack(torch.meshgrid(axis, axis, indexing="xy"))  # (2, h, w): x, y
    for face in scene:
        centre, size, points = face[0], float(face[1, 0]), torch.from_numpy(face[2:])
        away = (cells - torch.from_numpy(centre)[:, None, None]).square().sum(0)
        own = torch.exp(-away / (2 * (0.14 * size) ** 2))
        own[own >= own.max()] = 1.0
        heat = torch.maximum(heat, own)
        mine = own > 0.4
        near[mine] = 1
        row = torch.cat([torch.from_numpy(centre)[None], points])[:, :, None, None] - cells
        row = row.flatten(0, 1) / LocatorNetwork.UNIT
        log = torch.full((2, side, side), math.log(size / LocatorNetwork.UNIT))
        mixed = torch.cat([row[:2], log, row[2:]])
        values[:, mine] = mixed[:, mine]
    return heat, values, near


def loss_of(found: Tensor, heat: Tensor, values: Tensor, near: Tensor) -> Tensor:
    """CenterNet's focal loss (1904.07850) and an L1 on box and landmarks, per face's size."""
    logit = found[:, 0]
    score = logit.sigmoid()
    at = heat >= 1
    positive = -((1 - score).square() * functional.logsigmoid(logit))[at].sum()
    negative = -((1 - heat).pow(4) * score.square() * functional.logsigmoid(-logit))[~at].sum()
    size = values[:, 2:3].exp()
    error = (found[:, 1:] - values).abs() / torch.where(
        torch.arange(14).view(1, -1, 1, 1).div(2, rounding_mode="floor") == 1, 1.0, size
    )
    place = (error.mean(1) * near).sum() / near.sum().clamp(min=1)
    return (positive + negative) / at.sum().clamp(min=1) + 4 * place


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    portraits, _ = faces.split(faces.read_labels(options.data, options.labels))
    network: Any = build(CONFIG)
    network = network.to(memory_format=torch.channels_last)
    # One in a hundred cells holds a face.
    nn.init.constant_(network.head[1].bias[0], -4.0)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
    ema = Ema(network, 0.995)
    step, spent = 0, 0.0
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        ema.average, step, spent = state["ema"], state["step"], state["spent"]
    options.work.mkdir(parents=True, exist_ok=True)
    scenes = Scenes(portraits, find_images(options.photos), options.seed * 1_000_003 + step)
    started, average = time.monotonic() - spent, 0.0
    while True:
        spent = time.monotonic() - started
        done = max(spent / (60 * options.minutes), step / options.steps)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 50)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        drawn = [scenes.draw() for _ in range(options.batch)]
        images = torch.from_numpy(np.stack([d[0] for d in drawn])).permute(0, 3, 1, 2)
        heat, values, near = (torch.stack(x) for x in zip(*(targets(d[1]) for d in drawn),
                                                         strict=True))  # fmt: skip
        with torch.autocast("cpu", torch.bfloat16):
            found = network(images)
        loss = loss_of(found.float(), heat, values, near)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step += 1
        ema.update(network, step)
        average += max(0.02, 1 / step) * (loss.item() - average)
        if step % 50 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {average:.4f}", flush=True)
        if step % SAVE_EVERY == 0:
            state = {"model": network.state_dict(), "optimiser": optimiser.state_dict()}
            state |= {"ema": ema.average, "step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    network.load_state_dict(ema.average)
    facts = {"steps": step, "minutes": round(spent / 60, 1), "seed": options.seed,
             "batch": options.batch, "portraits": len(portraits),
             "parameters": sum(p.numel() for p in network.parameters())}  # fmt: skip
    save(network, options.out, facts)


def save(network: nn.Module, folder: Path, facts: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    save_file({k: v.contiguous() for k, v in weights.items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with people and singles")
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, help="backgrounds")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--steps", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
