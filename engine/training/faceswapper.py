"""Train a built-in face swapper: latent diffusion that repaints a face from an identity embedding.

    python -m engine.training.faceswapper --encoder FOLDER --autoencoder FOLDER --pack faces.npz \\
        --out assets/models/NAME --width 64 --seconds 280 --device cuda

Each example repaints the face in an aligned crop, told who it is by ``--encoder``'s embedding of
another photo of the same person where there is one, else of another variation of the same. Every
second face is a blend of two people, so that there are more identities than there are people. A
tenth of the embeddings is left out, for classifier-free guidance. For a part of the batch the
clean picture that the step implies is decoded, and the encoder is to know the person in it.

Every fourth person with several photos is held out: ``training.json`` has how alike swaps of them
onto each other are to the source, and how alike the targets were. Stops ``--seconds`` after the
start; usable weights are saved every minute.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models import faces as models, swap_network
from engine.models.autoencoders import load_autoencoder
from engine.models.roles import Autoencoder
from engine.training import faces
from engine.training.averaging import Ema

DROPPED = 0.1  # share of embeddings left out
BLUR = 0.3  # length of the noise added to an embedding of length 1
KNOWN = 0.2  # weight of the loss on who is in the decoded picture
KNOWN_PART = 48  # examples of a batch that it is taken on
KNOWN_FROM = 0.25  # share of the training without that loss
SAVE_EVERY = 60.0  # seconds
FINISH = 25.0  # seconds kept for the evaluation and for saving


def swap_crops(crops: Tensor) -> Tensor:
    """Faces (n, 3, 160, 160) in [0, 1] -> the swapper's crops (n, 3, 128, 128)."""
    share = faces.SIZE * models.CROP / models.CROP_FACE / crops.shape[-1]
    theta = torch.tensor([[share, 0.0, 0.0], [0.0, share, 0.0]]).to(crops)
    size = [len(crops), 3, models.CROP, models.CROP]
    grid = functional.affine_grid(theta.expand(len(crops), -1, -1), size, align_corners=False)
    return functional.grid_sample(crops, grid, align_corners=False)


def face_of(crops: Tensor) -> Tensor:
    """The swapper's crops -> the aligned faces in them, as an encoder takes them."""
    a, b = models.CROP_MARGIN, models.CROP_MARGIN + models.CROP_FACE
    size = (faces.SIZE, faces.SIZE)
    middle = crops[..., a:b, a:b].float()
    return functional.interpolate(middle, size, mode="bilinear", antialias=True)


class Data:
    """Latents, contexts and embeddings of several variations of every face, on the device.

    At most ``rounds`` of them, and none begun after the time ``until``.
    """

    @torch.no_grad()
    def __init__(
        self, crops: faces.Crops, vae: Autoencoder, encoder: models.IdentityNetwork,
        rounds: int, until: float, batch: int, random: torch.Generator,
    ) -> None:  # fmt: skip
        self.people = len(crops.people)
        names = sorted(set(crops.people))
        own: dict[str, list[int]] = {}
        for i, person in enumerate(crops.people):
            own.setdefault(person, []).append(i)
        # For each photo, the other photos of the person, or itself.
        rows = [[k for k in own[p] if k != i] or [i] for i, p in enumerate(crops.people)]
        most = max(len(r) for r in rows)
        self.counts = torch.tensor([len(r) for r in rows], device=random.device)
        padded = [r + [0] * (most - len(r)) for r in rows]
        self.others = torch.tensor(padded, device=random.device)
        self.names = len(names)
        latents: list[Tensor] = []
        contexts: list[Tensor] = []
        told: list[Tensor] = []
        self.rounds = 0
        while self.rounds < 2 or (self.rounds < rounds and time.monotonic() < until):
            order = torch.randperm(self.people, generator=random, device=random.device)
            for part in torch.split(torch.arange(self.people, device=random.device), batch):
                shown = crops.pixels[part].float() / 255
                if self.rounds % 2:  # every second round holds blends
                    share = torch.rand((len(part), 1, 1, 1), generator=random, device=random.device)
                    other = crops.pixels[order[part]].float() / 255
                    shown = torch.lerp(shown, other, 0.3 + 0.4 * share)
                if self.rounds % 4 > 1:
                    shown = shown.flip(-1)
                with torch.autocast(random.device.type, torch.bfloat16):
                    view = swap_crops(shown)
                    latents.append(vae.encode(view).half())
                    contexts.append(models.blanked(vae, view).half())
                    varied = faces.inner(faces.vary(shown * 255, random, 0.6))
                    told.append(encoder.embed(varied).float())
            self.rounds += 1
        self.latents, self.contexts = torch.cat(latents), torch.cat(contexts)
        self.told = torch.cat(told)

    def batch(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Latents, contexts, and the embeddings shown."""
        device = random.device
        turn = torch.randint(self.rounds, (n,), generator=random, device=device)
        face = torch.randint(self.people, (n,), generator=random, device=device)
        chosen = turn * self.people + face
        lot = torch.rand(n, generator=random, device=device)
        other = self.others[face, (lot * self.counts[face]).long()]
        # A blend is known from itself alone; a person from any variation of another photo.
        plain = (self.rounds + 1) // 2
        another = 2 * torch.randint(plain, (n,), generator=random, device=device)
        shown = torch.where(turn % 2 == 0, another * self.people + other, chosen)
        noise = torch.randn((n, self.told.shape[1]), generator=random, device=device)
        embedded = self.told[shown] + BLUR * functional.normalize(noise)
        told = functional.normalize(embedded)
        return self.latents[chosen].float(), self.contexts[chosen].float(), told


def train(options: argparse.Namespace) -> None:
    began = time.monotonic()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    torch.backends.cudnn.benchmark = True
    device = torch.device(options.device)
    random = torch.Generator(device).manual_seed(options.seed)
    vae = load_autoencoder(options.autoencoder, options.autoencoder.name, device)
    encoder = models.load_identity(options.encoder, device)
    crops = faces.unpack(options.pack, device)
    until = began + 0.25 * options.seconds
    data = Data(crops.part(False), vae, encoder, options.rounds, until, options.encode, random)
    config = {"latent": vae.latent_channels, "width": options.width, "identity": encoder.width,
              "autoencoder": options.autoencoder.name, "encoder": encoder.id}  # fmt: skip
    network: Any = swap_network.build(config)
    network = network.to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=options.rate, betas=(0.9, 0.98), foreach=True
    )
    ema = Ema(network, 0.999)
    facts: dict[str, Any] = {
        "seed": options.seed, "batch": options.batch, "photos": data.people,
        "people": data.names, "variations": data.rounds,
        "parameters": sum(p.numel() for p in network.parameters()),
    }  # fmt: skip
    step, started = 0, time.monotonic()
    saved, said = started, started
    print(f"ready after {started - began:.0f} s", flush=True)
    while True:
        now = time.monotonic()
        done = (now - started) / max(1e-3, began + options.seconds - FINISH - started)
        if done >= 1 or step >= options.steps:
            break
        warm = min(1.0, (step + 1) / 100)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        clean, context, shown = data.batch(options.batch, random)
        dropped = torch.rand(len(shown), 1, generator=random, device=device) < DROPPED
        told = shown.masked_fill(dropped, 0.0)
        t = torch.rand(len(clean), generator=random, device=device)
        noise = torch.randn(clean.shape, generator=random, device=device)
        with torch.autocast(device.type, torch.bfloat16):
            z_t = swap_network.mixed(clean, noise, t)
            found = network(z_t, t, context, network.tokens(told)).float()
        error = (found - swap_network.velocity(clean, noise, t)).square()
        weight = 0.1 + context[:, -1:]  # what matters is inside the mask
        loss = (error * weight).mean() / weight.mean()
        total = loss
        if done > KNOWN_FROM and step % 2 == 0:
            part = slice(0, KNOWN_PART)
            angle = (t[part] * math.pi / 2).view(-1, 1, 1, 1)
            implied = angle.cos() * z_t[part] - angle.sin() * found[part]
            with torch.autocast(device.type, torch.bfloat16):
                seen = encoder.embed(face_of(vae.decode(implied).clamp(0, 1)))
                with torch.no_grad():
                    real = encoder.embed(face_of(vae.decode(clean[part]).clamp(0, 1)))
            # The later the step, the more of the picture is already there.
            alike = (seen.float() * real.float()).sum(1)
            total = loss + KNOWN * ((1 - alike) * (1 - t[part])).mean()
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step += 1
        ema.update(network, step)
        if now - said > 10 or step == 1:
            said = now
            print(f"step {step} {now - began:.0f} s v error {loss.item():.4f}", flush=True)
        if now - saved > SAVE_EVERY:
            saved = now
            save(ema, config, options.out, facts | {"steps": step})
    facts |= {"steps": step, "v_error": round(loss.item(), 4), "device": device.type,
              "seconds": round(time.monotonic() - began)}  # fmt: skip
    save(ema, config, options.out, facts)
    network.load_state_dict(load_file(options.out / "model.safetensors"))
    swapper = models.Swapper(network.eval(), vae, encoder, options.out.name, "")
    facts["held_out"] = evaluate(swapper, crops.part(True), options.shown)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


@torch.no_grad()
def evaluate(swapper: models.Swapper, held: faces.Crops, most: int) -> dict[str, Any]:
    """Swaps each held-out photo onto the next person's; cosines of the swapper's own encoder."""
    pixels = held.pixels[:: max(1, len(held.people) // most)][:most].float() / 255
    sources = swapper.identity.embed(faces.inner(pixels))
    targets = swap_crops(pixels.roll(1, 0))
    swapped = torch.cat([
        swapper.inpaint(t, s, 0)
        for t, s in zip(torch.split(targets, 16), torch.split(sources, 16), strict=True)
    ])  # fmt: skip
    made, before = (swapper.identity.embed(face_of(x)) for x in (swapped, targets))
    return {
        "swaps": len(pixels),
        "swap_to_source": round(float((made * sources).sum(1).mean()), 4),
        "target_to_source": round(float((before * sources).sum(1).mean()), 4),
        "swap_to_target": round(float((made * before).sum(1).mean()), 4),
    }


def save(ema: Ema, config: dict[str, Any], out: Path, facts: dict[str, Any]) -> None:
    """The averaged network in half precision, with the facts of the run."""
    out.mkdir(parents=True, exist_ok=True)
    halves = {k: v.half() if v.is_floating_point() else v for k, v in ema.average.items()}
    save_file({k: v.contiguous().cpu() for k, v in halves.items()}, out / "model.part")
    (out / "model.part").replace(out / "model.safetensors")
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoder", type=Path, required=True, help="folder of its own encoder")
    parser.add_argument("--autoencoder", type=Path, required=True, help="diffusers folder")
    parser.add_argument("--pack", type=Path, required=True, help="aligned faces (.npz)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=8, help="variations of every face")
    parser.add_argument("--encode", type=int, default=128, help="faces encoded at a time")
    parser.add_argument("--shown", type=int, default=64, help="swaps of the evaluation")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=280)
    parser.add_argument("--steps", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
