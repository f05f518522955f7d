"""Tiny, randomly initialised models of the real classes, in the real layout on the disk."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.models.catalogue import Entry


def write(entry: Entry, folder: Path) -> dict[str, bytes]:
    """The files of the entry's repository, made for this test."""
    torch.manual_seed(0)
    MAKERS[entry.loader](entry, folder)
    files = {}
    for file in entry.files:
        path = folder / file.path
        assert path.is_file(), f"{entry.id}: the test made no {file.path}"
        files[file.path] = path.read_bytes()
    return files


def _json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def autoencoder(entry: Entry, folder: Path) -> None:
    import diffusers

    channels = int(entry.expects["latent_channels"])
    names = {"scaling_factor": "scale", "shift_factor": "shift"}
    options = {k: entry.expects[v] for k, v in names.items() if v in entry.expects}
    if entry.loads.endswith("AutoencoderTiny"):
        tiny = {"encoder_block_out_channels": (8,) * 4, "decoder_block_out_channels": (8,) * 4,
                "num_encoder_blocks": (1,) * 4, "num_decoder_blocks": (1,) * 4}  # fmt: skip
        model = diffusers.AutoencoderTiny(latent_channels=channels, **tiny, **options)
    else:
        model = kl(channels, **options)
    model.save_pretrained(folder / str(entry.options.get("subfolder", "")))


def kl(channels: int, **options: Any) -> Any:
    import diffusers

    return diffusers.AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8,) * 4, norm_num_groups=4, latent_channels=channels,
        layers_per_block=1, **options,
    )  # fmt: skip


def stable_diffusion(entry: Entry, folder: Path) -> None:
    import diffusers
    import transformers

    width = int(entry.expects.get("condition_width", 16))
    editor = entry.loader == "editor"
    diffusers.UNet2DConditionModel(
        sample_size=8, in_channels=8 if editor else 4, out_channels=4, layers_per_block=1,
        block_out_channels=(8, 16), norm_num_groups=4, cross_attention_dim=width,
        attention_head_dim=4, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    ).save_pretrained(folder / "unet")  # fmt: skip
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{c}</w>" for c in letters)]
    config = transformers.CLIPTextConfig(
        vocab_size=len(words), hidden_size=width, intermediate_size=16, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=12, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    transformers.CLIPTextModel(config).save_pretrained(folder / "text_encoder")
    tokenizer = folder / "tokenizer"
    _json(tokenizer / "vocab.json", {word: i for i, word in enumerate(words)})
    (tokenizer / "merges.txt").write_text("#version: 0.2\n")
    _json(tokenizer / "tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": 12, "bos_token": words[0],
        "eos_token": words[1], "unk_token": words[1], "pad_token": words[1]})  # fmt: skip
    _json(tokenizer / "special_tokens_map.json", {"pad_token": words[1]})
    diffusers.DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
    ).save_pretrained(folder / "scheduler")
    kl(4, scaling_factor=0.18215).save_pretrained(folder / "vae")
    if editor:
        _json(
            folder / "model_index.json", {"_class_name": "StableDiffusionInstructPix2PixPipeline"}
        )


def adapter(entry: Entry, folder: Path) -> None:
    """For the tiny U-Net above: its cross-attention layers in diffusers' order are 1, 3, 5, ..."""
    import transformers
    from safetensors.torch import save_file

    width, tokens = int(entry.expects["width"]), int(entry.expects["tokens"])
    image = "image_encoder" in entry.options
    weights: dict[str, Tensor] = {}
    if image:
        config = transformers.CLIPVisionConfig(
            hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=4,
            image_size=32, patch_size=8, projection_dim=24,
        )  # fmt: skip
        transformers.CLIPVisionModelWithProjection(config).save_pretrained(
            folder / str(entry.options["image_encoder"])
        )
        weights["image_proj.proj.weight"] = torch.randn(tokens * width, 24) * 0.1
        weights["image_proj.proj.bias"] = torch.zeros(tokens * width)
    else:
        weights["image_proj.proj.0.weight"] = torch.randn(24, 12) * 0.1
        weights["image_proj.proj.0.bias"] = torch.zeros(24)
        weights["image_proj.proj.2.weight"] = torch.randn(tokens * width, 24) * 0.1
        weights["image_proj.proj.2.bias"] = torch.zeros(tokens * width)
    weights["image_proj.norm.weight"] = torch.ones(width)
    weights["image_proj.norm.bias"] = torch.zeros(width)
    # one cross-attention on the way down (8 channels), two on the way up (8), one in the middle.
    for number, channels in zip((1, 3, 5, 7), (8, 8, 8, 16), strict=True):
        for name in ("to_k_ip", "to_v_ip"):
            weights[f"ip_adapter.{number}.{name}.weight"] = torch.randn(channels, width) * 0.1
    path = folder / str(entry.options["weights"])
    path.parent.mkdir(parents=True, exist_ok=True)
    if entry.format == "pickle":
        nested: dict[str, dict[str, Tensor]] = {"image_proj": {}, "ip_adapter": {}}
        for name, tensor in weights.items():
            part, _, rest = name.partition(".")
            nested[part][rest] = tensor
        torch.save(nested, path)
    else:
        save_file(weights, path)


def onnx_model(
    path: Path, nodes: list[Any], weights: dict[str, Any], size: int, outputs: Any
) -> None:
    import onnx

    values = [onnx.helper.make_tensor_value_info(n, 1, s) for n, s in outputs.items()]
    graph = onnx.helper.make_graph(
        nodes, "g", [onnx.helper.make_tensor_value_info("data", 1, [1, 3, size, size])], values,
        [onnx.numpy_helper.from_array(np.asarray(w), n) for n, w in weights.items()],
    )  # fmt: skip
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def identity(entry: Entry, folder: Path) -> None:
    """A little of everything that ArcFace's and SFace's graphs are made of."""
    from onnx.helper import make_node as node

    draw = np.random.default_rng(0)
    w = lambda *shape: draw.normal(0, 0.3, shape).astype(np.float32)  # noqa: E731
    width = int(entry.expects["width"])
    nodes = [
        node("Sub", ["data", "shift"], ["a"]),
        node("Mul", ["a", "scale"], ["b"]),
        node("Conv", ["b", "c1", "c1b"], ["c"], kernel_shape=[3, 3], strides=[4, 4], pads=[1] * 4),
        node("BatchNormalization", ["c", "g", "bb", "m", "v"], ["d"], epsilon=2e-5),
        node("PRelu", ["d", "slope"], ["e"]),
        node("Conv", ["e", "c2"], ["f"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=4),
        node("Relu", ["f"], ["f2"]),
        node("Add", ["e", "f2"], ["h"]),
        node("GlobalAveragePool", ["h"], ["q"]),
        node("Sigmoid", ["q"], ["q2"]),
        node("Mul", ["h", "q2"], ["h2"]),
        node("MaxPool", ["h2"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        node("AveragePool", ["p"], ["p2"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Dropout", ["p2"], ["i"]),
        node("Flatten", ["i"], ["j"]),
        node("Gemm", ["j", "fc", "fcb"], ["k"], transB=1),
        node("BatchNormalization", ["k", "g2", "b2", "m2", "v2"], ["fc1"], epsilon=2e-5),
    ]  # fmt: skip
    ones = lambda n: draw.uniform(0.5, 1.5, n).astype(np.float32)  # noqa: E731
    weights = {
        "shift": np.float32(127.5), "scale": np.float32(1 / 128), "c1": w(4, 3, 3, 3), "c1b": w(4),
        "g": ones(4), "bb": w(4), "m": w(4), "v": ones(4), "slope": w(4, 1, 1),
        "c2": w(4, 1, 3, 3), "fc": w(width, 4 * 7 * 7), "fcb": w(width), "g2": ones(width),
        "b2": w(width), "m2": w(width), "v2": ones(width),
    }  # fmt: skip
    path = folder / str(entry.options["weights"])
    onnx_model(path, nodes, weights, int(entry.options["size"]), {"fc1": [1, width]})


def locator(entry: Entry, folder: Path) -> None:
    """Outputs of the real heads' shapes that do not depend on the picture: one planted face."""
    from onnx.helper import make_node as node

    size = int(entry.options["size"])
    yunet = entry.options["head"] == "yunet"
    plain, weights, outputs = [], {}, {}
    for kind, depth in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
        if not yunet and kind == "obj":
            continue
        for stride in (8, 16, 32):
            cells = (size // stride) ** 2 * (1 if yunet else 2)
            value = np.zeros((cells, depth), np.float32)
            if stride == 16:
                cell = 10 * (size // 16) + 20  # row 10, column 20: around (320, 160)
                value[cell * (1 if yunet else 2)] = planted(kind, yunet)
            name = f"{kind}_{stride}"
            weights[f"w_{name}"] = value[None] if yunet else value
            outputs[name] = list(weights[f"w_{name}"].shape)
            plain.append(node("Add", [f"w_{name}", "zero"], [name]))
    weights["nothing"] = np.float32(0)
    mean = [
        node("ReduceMean", ["data"], ["mean"], keepdims=0),
        node("Mul", ["mean", "nothing"], ["zero"]),
    ]
    path = folder / str(entry.options["weights"])
    onnx_model(path, mean + plain, weights, size, outputs)


def restorer(entry: Entry, folder: Path) -> None:
    """A convolution that halves the contrast: what it restores is known."""
    from onnx.helper import make_node as node

    draw = np.random.default_rng(0)
    kernel = 0.5 * np.eye(3, dtype=np.float32)[..., None, None]
    more = draw.normal(0, 1e-4, (3, 3, 1, 1)).astype(np.float32)
    nodes = [node("Conv", ["data", "k"], ["restored"], kernel_shape=[1, 1])]
    path = folder / str(entry.options["weights"])
    onnx_model(path, nodes, {"k": kernel + more}, 512, {"restored": [1, 3, 512, 512]})


def planted(kind: str, yunet: bool) -> Any:
    """A face of 64 by 96 pixels centred on (320, 160), as either head writes it at stride 16."""
    if kind in ("cls", "obj"):
        return 0.9
    if kind == "bbox":
        return [0, 0, np.log(64 / 16), np.log(96 / 16)] if yunet else [2, 3, 2, 3]
    return [-1, -1, 1, -1, 0, 0, -1, 1, 1, 1]


def piece(text: str, score: float, kind: int = 1) -> bytes:
    body = b"\x0a" + bytes([len(text.encode())]) + text.encode()
    body += b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([kind])
    return b"\x0a" + bytes([len(body)]) + body


def pieces(*texts: str) -> bytes:
    special = piece("<s>", 0, 3) + piece("</s>", 0, 3) + piece("<unk>", 0, 2) + piece("<pad>", 0, 3)
    return special + b"".join(piece(text, -1.0 - i) for i, text in enumerate(texts))


def semantic(entry: Entry, folder: Path) -> None:
    import transformers

    letters = [chr(c) for c in range(97, 123)]
    text = {"vocab_size": 40, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
            "num_attention_heads": 4, "max_position_embeddings": 8, "eos_token_id": 1,
            "bos_token_id": 0, "pad_token_id": 1, "projection_size": 16}  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
              "num_attention_heads": 4, "image_size": 32, "patch_size": 8}  # fmt: skip
    config = transformers.SiglipConfig(text_config=text, vision_config=vision)
    transformers.SiglipModel(config).save_pretrained(folder)
    _json(folder / "preprocessor_config.json", {"image_mean": [0.5] * 3, "image_std": [0.5] * 3})
    (folder / "spiece.model").write_bytes(pieces("\u2581", "\u2581a", "cat", *letters))
    _json(folder / "tokenizer_config.json", {"tokenizer_class": "SiglipTokenizer"})
    _json(folder / "special_tokens_map.json", {})


SPEECH = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
    "conv_dim": (8,) * 3, "conv_stride": (5, 4, 4), "conv_kernel": (10, 8, 4),
    "num_feat_extract_layers": 3, "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 2,
    "vocab_size": 10,
}  # fmt: skip


def speaker(entry: Entry, folder: Path) -> None:
    import transformers

    name = str(entry.options["class"])
    if name == "EcapaTdnn":
        torch.save(ecapa_weights(16, 192), folder / str(entry.options["weights"]))
    elif name == "XVector":
        torch.save(xvector_weights(8, 512), folder / str(entry.options["weights"]))
    else:
        kind = getattr(transformers, name)
        config = kind.config_class(
            **SPEECH, tdnn_dim=(16, 16, 24), tdnn_kernel=(5, 3, 1), tdnn_dilation=(1, 2, 1),
            xvector_output_dim=12, num_labels=3, use_weighted_layer_sum=True,
        )  # fmt: skip
        model = kind(config)
        config.architectures = [name]
        config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        _json(folder / "preprocessor_config.json", {"sampling_rate": 16000, "do_normalize": True})


def ecapa_weights(channels: int, width: int) -> dict[str, Tensor]:
    """As SpeechBrain saves them: the names and shapes of its checkpoint, smaller."""
    weights: dict[str, Tensor] = {}

    def tdnn(name: str, ins: int, outs: int, kernel: int = 1) -> None:
        conv(f"{name}.conv", ins, outs, kernel)
        norm(f"{name}.norm", outs)

    def conv(name: str, ins: int, outs: int, kernel: int = 1) -> None:
        weights[f"{name}.conv.weight"] = torch.randn(outs, ins, kernel) / (ins * kernel) ** 0.5
        weights[f"{name}.conv.bias"] = torch.zeros(outs)

    def norm(name: str, count: int) -> None:
        for part in ("weight", "running_var"):
            weights[f"{name}.norm.{part}"] = torch.rand(count) + 0.5
        for part in ("bias", "running_mean"):
            weights[f"{name}.norm.{part}"] = torch.randn(count) * 0.1
        weights[f"{name}.norm.num_batches_tracked"] = torch.tensor(1)

    tdnn("blocks.0", 20, channels, 5)
    for i in (1, 2, 3):
        tdnn(f"blocks.{i}.tdnn1", channels, channels)
        for j in range(7):
            tdnn(f"blocks.{i}.res2net_block.blocks.{j}", channels // 8, channels // 8, 3)
        tdnn(f"blocks.{i}.tdnn2", channels, channels)
        conv(f"blocks.{i}.se_block.conv1", channels, 4)
        conv(f"blocks.{i}.se_block.conv2", 4, channels)
    tdnn("mfa", 3 * channels, 24)
    tdnn("asp.tdnn", 72, 6)
    conv("asp.conv", 6, 24)
    norm("asp_bn", 48)
    conv("fc", 48, width)
    return weights


def xvector_weights(channels: int, width: int) -> dict[str, Tensor]:
    weights = {}
    sizes = [20, channels, channels, channels, channels, 2 * channels]
    for i, kernel in enumerate((5, 3, 3, 1, 1)):
        weights[f"blocks.{3 * i}.conv.weight"] = torch.randn(sizes[i + 1], sizes[i], kernel) * 0.2
        weights[f"blocks.{3 * i}.conv.bias"] = torch.zeros(sizes[i + 1])
        for part in ("weight", "running_var"):
            weights[f"blocks.{3 * i + 2}.norm.{part}"] = torch.ones(sizes[i + 1])
        for part in ("bias", "running_mean"):
            weights[f"blocks.{3 * i + 2}.norm.{part}"] = torch.zeros(sizes[i + 1])
        weights[f"blocks.{3 * i + 2}.norm.num_batches_tracked"] = torch.tensor(1)
    weights["blocks.16.w.weight"] = torch.randn(width, 4 * channels) * 0.1
    weights["blocks.16.w.bias"] = torch.zeros(width)
    return weights


def acoustic(entry: Entry, folder: Path) -> None:
    import transformers

    name = str(entry.options["class"])
    if name == "VibeVoiceAcousticTokenizerModel":
        config = transformers.VibeVoiceAcousticTokenizerConfig(
            hidden_size=8, num_filters=2, depths=[1] * 7
        )
        model = transformers.VibeVoiceAcousticTokenizerModel(config)
    elif name == "MimiEncoderModel":
        # The repository holds the whole model; only its encoder is read.
        config = transformers.MimiConfig(
            hidden_size=16, num_filters=2, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=2, head_dim=8, intermediate_size=16, codebook_size=8,
            codebook_dim=8, num_quantizers=2, num_semantic_quantizers=1,
            vector_quantization_hidden_dimension=8, upsample_groups=16, sliding_window=8,
        )  # fmt: skip
        model = transformers.MimiModel(config)
    else:
        config = transformers.PocketTTSAudioTokenizerConfig(
            hidden_size=16, num_filters=2, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=2, head_dim=8, intermediate_size=16, latent_dim=8,
            upsample_groups=16,
        )  # fmt: skip
        model = transformers.PocketTTSAudioTokenizerModel(config)
    model.save_pretrained(folder)


def cloner(entry: Entry, folder: Path) -> None:
    import transformers

    if entry.options["class"] == "SpeechT5HifiGan":
        config = transformers.SpeechT5HifiGanConfig(
            model_in_dim=8, upsample_initial_channel=16, upsample_rates=[4, 4],
            upsample_kernel_sizes=[8, 8], resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1]],
        )  # fmt: skip
        model = transformers.SpeechT5HifiGan(config)
    else:
        config = transformers.SpeechT5Config(
            vocab_size=40, hidden_size=16, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
            decoder_ffn_dim=16, num_mel_bins=8, speaker_embedding_dim=512,
            speech_decoder_prenet_units=8, speech_decoder_postnet_units=8,
            speech_decoder_postnet_layers=2, max_text_positions=50, max_speech_positions=200,
            conv_dim=(8,), conv_stride=(5,), conv_kernel=(10,), num_feat_extract_layers=1,
        )  # fmt: skip
        model = transformers.SpeechT5ForTextToSpeech(config)
        letters = [chr(c) for c in range(97, 123)]
        (folder / "spm_char.model").write_bytes(pieces("\u2581", *letters, "."))
        for name in (
            "preprocessor_config",
            "tokenizer_config",
            "special_tokens_map",
            "added_tokens",
        ):
            _json(folder / f"{name}.json", {})
    config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")


def detector(entry: Entry, folder: Path) -> None:
    import transformers
    from safetensors.torch import save_file

    name = str(entry.options["class"])
    if name == "VisionTransformer":
        save_file(vit_weights(int(entry.expects["size"])), folder / "model.safetensors")
        return
    if name == "onnx":
        onnx_detector(folder / entry.files[0].path, int(entry.options["size"]))
        return
    if name == "linear":
        head = {"fc.weight": torch.randn(1, 1024), "fc.bias": torch.randn(1)}
        torch.save({"model": head}, folder / entry.files[0].path)
        return
    labels = {0: str(entry.options["fake"]).upper(), 1: "REAL"}
    if name == "ViTForImageClassification":
        config = transformers.ViTConfig(
            hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
            image_size=32, patch_size=8, id2label=labels,
        )  # fmt: skip
        _json(folder / "preprocessor_config.json", {
            "size": {"height": 32, "width": 32}, "resample": 2, "image_mean": [0.5] * 3,
            "image_std": [0.5] * 3})  # fmt: skip
    elif name == "SwinForImageClassification":
        config = transformers.SwinConfig(
            image_size=32, patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[2, 2],
            window_size=4, id2label=labels,
        )  # fmt: skip
        _json(folder / "preprocessor_config.json", {
            "size": {"height": 32, "width": 32}, "resample": 3, "image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225]})  # fmt: skip
    else:
        config = transformers.Wav2Vec2Config(**SPEECH, id2label=labels, classifier_proj_size=8)
        _json(folder / "preprocessor_config.json", {"sampling_rate": 16000, "do_normalize": True})
    getattr(transformers, name)(config).save_pretrained(folder)


def onnx_detector(path: Path, size: int, answers: int = 1) -> None:
    """The mean of each colour, weighed."""
    from onnx.helper import make_node as node

    nodes = [
        node("GlobalAveragePool", ["data"], ["a"]),
        node("Flatten", ["a"], ["b"]),
        node("Gemm", ["b", "w", "c"], ["logit"], transB=1),
    ]
    draw = np.random.default_rng(0)
    weights = {"w": draw.normal(0, 1, (answers, 3)).astype(np.float32),
               "c": draw.normal(0, 1, answers).astype(np.float32)}  # fmt: skip
    onnx_model(path, nodes, weights, size, {"logit": [1, answers]})


def vision(entry: Entry, folder: Path) -> None:
    """open_clip's names, of a network that transformers made."""
    from safetensors.torch import save_file

    weights = open_clip_of(clip_vision(int(entry.expects["width"]), int(entry.expects["size"]), 14))
    weights["logit_scale"] = torch.ones(1)  # the other half of CLIP is in the file too
    save_file(weights, folder / entry.files[0].path)


def clip_vision(width: int, size: int, patch: int) -> Any:
    import transformers

    return transformers.CLIPVisionModel(transformers.CLIPVisionConfig(
        hidden_size=width, intermediate_size=16, num_hidden_layers=2, image_size=size,
        num_attention_heads=width // 64, patch_size=patch, hidden_act="gelu",
    )).eval()  # fmt: skip


def open_clip_of(network: Any) -> dict[str, Tensor]:
    """The weights of transformers' CLIPVisionModel as open_clip would have saved them."""
    theirs = {k.removeprefix("vision_model."): v for k, v in network.state_dict().items()}
    made = {
        "class_embedding": theirs["embeddings.class_embedding"],
        "positional_embedding": theirs["embeddings.position_embedding.weight"],
        "conv1.weight": theirs["embeddings.patch_embedding.weight"],
        "proj": torch.randn(network.config.hidden_size, 8),
    }
    parts = ("weight", "bias")
    for part in parts:
        made[f"ln_pre.{part}"] = theirs[f"pre_layrnorm.{part}"]
        made[f"ln_post.{part}"] = theirs[f"post_layernorm.{part}"]
    for i in range(network.config.num_hidden_layers):
        here, there = f"transformer.resblocks.{i}", f"encoder.layers.{i}"
        for part in parts:
            made[f"{here}.attn.in_proj_{part}"] = torch.cat(
                [theirs[f"{there}.self_attn.{which}_proj.{part}"] for which in "qkv"]
            )
            for ours, name in (
                ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"), ("mlp.c_fc", "mlp.fc1"),
                ("mlp.c_proj", "mlp.fc2"), ("attn.out_proj", "self_attn.out_proj"),
            ):  # fmt: skip
                made[f"{here}.{ours}.{part}"] = theirs[f"{there}.{name}.{part}"]
    return {f"visual.{name}": value.contiguous() for name, value in made.items()}


def vit_weights(size: int, width: int = 64, patch: int = 64) -> dict[str, Tensor]:
    """Community Forensics' names: timm's, below ``vit``."""
    shapes: dict[str, tuple[int, ...]] = {
        "cls_token": (1, 1, width), "pos_embed": (1, (size // patch) ** 2 + 1, width),
        "patch_embed.proj.weight": (width, 3, patch, patch), "patch_embed.proj.bias": (width,),
        "norm.weight": (width,), "norm.bias": (width,),
        "head.weight": (1, width), "head.bias": (1,),
    }  # fmt: skip
    for i in range(2):
        for name, (outs, ins) in {
            "attn.qkv": (3 * width, width), "attn.proj": (width, width),
            "mlp.fc1": (32, width), "mlp.fc2": (width, 32),
        }.items():  # fmt: skip
            shapes[f"blocks.{i}.{name}.weight"] = (outs, ins)
            shapes[f"blocks.{i}.{name}.bias"] = (outs,)
        for name in ("norm1", "norm2"):
            shapes |= {f"blocks.{i}.{name}.{part}": (width,) for part in ("weight", "bias")}
    return {f"vit.{name}": torch.randn(shape) * 0.1 for name, shape in shapes.items()}


def speech(entry: Entry, folder: Path) -> None:
    """The repository holds the model as it was pretrained, with its quantiser."""
    import transformers

    config = transformers.Wav2Vec2Config(**SPEECH, codevector_dim=8, proj_codevector_dim=8)
    config.architectures = ["Wav2Vec2ForPreTraining"]
    config.save_pretrained(folder)
    model = transformers.Wav2Vec2ForPreTraining(config)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    _json(folder / "preprocessor_config.json", {"sampling_rate": 16000, "do_normalize": True})


MAKERS: dict[str, Callable[[Entry, Path], None]] = {
    "autoencoder": autoencoder, "denoiser": stable_diffusion, "editor": stable_diffusion,
    "adapter": adapter, "identity": identity, "locator": locator, "semantic": semantic,
    "restorer": restorer,
    "speaker": speaker, "acoustic": acoustic, "cloner": cloner, "detector": detector,
    "speech": speech, "vision": vision,
}  # fmt: skip
