"""Another voice of the same recording: faster or slower, with another vocal tract."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr
import torch
from torch import Tensor

RATE = 16_000
Sound = npt.NDArray[np.float32]


def changed(sound: Sound, speed: float, formants: float) -> Sound:
    """Another voice: played at ``speed`` (pitch, formants and tempo together), then with the
    spectral envelope stretched by ``formants`` alone."""
    if speed != 1.0:
        sound = soxr.resample(sound, RATE, RATE / speed)
    if formants == 1.0:
        return np.asarray(sound, np.float32)
    window = torch.hann_window(512)
    wave = torch.from_numpy(np.ascontiguousarray(sound, np.float32))
    spectrum = torch.stft(wave, 512, 128, 512, window, return_complex=True)
    envelope = smooth_envelope(spectrum.abs().T, 30)
    places = torch.linspace(0, 1, 257) / formants
    warped = at_places(envelope, places)
    gain = (warped - envelope).clamp(-3, 3).exp().T
    out = torch.istft(spectrum * gain, 512, 128, 512, window, length=len(wave))
    return np.asarray(out.numpy(), np.float32)


def smooth_envelope(magnitude: Tensor, quefrencies: int) -> Tensor:
    """(frames, bins) -> natural log of the envelope: the cepstrum's beginning, without F0."""
    log = (magnitude + 1e-5).log()
    cepstrum = torch.fft.irfft(log, dim=-1)
    cepstrum[..., quefrencies : cepstrum.shape[-1] - quefrencies + 1] = 0
    envelope: Tensor = torch.fft.rfft(cepstrum, dim=-1).real
    return envelope


def at_places(rows: Tensor, places: Tensor) -> Tensor:
    """Rows (n, bins) read at ``places`` (m,) in 0..1 of their length, linearly."""
    x = (places * (rows.shape[-1] - 1)).clamp(0, rows.shape[-1] - 1)
    low = x.floor().long().clamp(max=rows.shape[-1] - 2)
    share = (x - low).to(rows)
    return rows[..., low] * (1 - share) + rows[..., low + 1] * share
