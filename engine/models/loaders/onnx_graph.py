"""Imports an ONNX graph into torch, for networks that must give gradients.

Covers the operators of the face networks in the catalogue (ResNet- and MobileNet-like), and says
which one is missing for another graph. ``Dropout`` and ``BatchNormalization`` act as in inference.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

Attributes = dict[str, Any]


class Graph(nn.Module):
    """Evaluates the nodes in order. Weights are parameters, integer constants stay on the CPU."""

    def __init__(self, path: Path) -> None:
        """Raises ``ValueError`` for an operator or a padding that is not known."""
        import onnx

        super().__init__()
        graph = onnx.load(str(path)).graph
        self._constants: dict[str, Any] = {}
        for weight in graph.initializer:
            self._keep(weight.name, onnx.numpy_helper.to_array(weight))
        self.input_name = next(i.name for i in graph.input if i.name not in self._constants)
        self.output_names = [output.name for output in graph.output]
        self._nodes = []
        for node in graph.node:
            attributes = {
                a.name: _plain(onnx.helper.get_attribute_value(a)) for a in node.attribute
            }
            if node.op_type == "Constant":
                self._keep(node.output[0], np.asarray(attributes["value"]))
                continue
            operator = OPERATORS.get(node.op_type)
            if operator is None:
                raise ValueError(f"the operator {node.op_type} is not known")
            self._nodes.append((operator, list(node.input), list(node.output), attributes))

    def _keep(self, name: str, array: Any) -> None:
        if array.dtype.kind == "f":
            key = f"weight_{len(self._constants)}"
            self.register_parameter(
                key, nn.Parameter(torch.from_numpy(np.array(array, np.float32)), False)
            )
            self._constants[name] = key
        else:
            self._constants[name] = torch.from_numpy(np.array(array))

    def forward(self, x: Tensor) -> list[Tensor]:
        values: dict[str, Any] = {
            name: getattr(self, kept) if isinstance(kept, str) else kept
            for name, kept in self._constants.items()
        }
        values[""] = None  # an optional input that is not given
        values[self.input_name] = x
        for operator, inputs, outputs, attributes in self._nodes:
            values[outputs[0]] = operator(attributes, *(values[name] for name in inputs))
        return [values[name] for name in self.output_names]


def _plain(value: Any) -> Any:
    import onnx

    if isinstance(value, onnx.TensorProto):
        return onnx.numpy_helper.to_array(value)
    return value.decode() if isinstance(value, bytes) else value


def _pad(attributes: Attributes, x: Tensor, value: float = 0.0) -> Tensor:
    if attributes.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise ValueError("automatic padding is not known")
    pads = attributes.get("pads", [0, 0, 0, 0])
    return functional.pad(x, (pads[1], pads[3], pads[0], pads[2]), value=value)


def _conv(a: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return functional.conv2d(
        _pad(a, x), weight, bias, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1)
    )


def _norm(a: Attributes, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, var: Tensor) -> Tensor:
    return functional.batch_norm(x, mean, var, w, b, False, 0.0, a.get("epsilon", 1e-5))


def _gemm(a: Attributes, x: Tensor, y: Tensor, z: Tensor | None = None) -> Tensor:
    x = x.T if a.get("transA") else x
    y = y.T if a.get("transB") else y
    product: Tensor = a.get("alpha", 1.0) * (x @ y)
    return product if z is None else product + a.get("beta", 1.0) * z


def _prelu(a: Attributes, x: Tensor, slope: Tensor) -> Tensor:
    return torch.where(x >= 0, x, x * slope)


def _max_pool(a: Attributes, x: Tensor) -> Tensor:
    return functional.max_pool2d(
        _pad(a, x, -torch.inf),
        a["kernel_shape"],
        a.get("strides", 1),
        ceil_mode=bool(a.get("ceil_mode")),
    )


def _average_pool(a: Attributes, x: Tensor) -> Tensor:
    if any(a.get("pads", [0])) and not a.get("count_include_pad"):
        raise ValueError("averages beyond the border are not known")
    return functional.avg_pool2d(_pad(a, x), a["kernel_shape"], a.get("strides", 1))


def _flatten(a: Attributes, x: Tensor) -> Tensor:
    axis = a.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def _reshape(a: Attributes, x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())])


def _clip(
    a: Attributes, x: Tensor, low: Tensor | None = None, high: Tensor | None = None
) -> Tensor:
    lower = a.get("min") if low is None else float(low)
    return x.clamp(lower, a.get("max") if high is None else float(high))


def _resize(a: Attributes, x: Tensor, *rest: Any) -> Tensor:
    scales = [r for r in rest if r is not None and r.numel() == 4 and r.is_floating_point()]
    sizes = [r for r in rest if r is not None and r.numel() == 4 and not r.is_floating_point()]
    if a.get("mode", "nearest") != "nearest":
        raise ValueError("only resizing to the nearest pixel is known")
    if sizes:
        return functional.interpolate(x, sizes[-1].tolist()[2:])
    return functional.interpolate(x, scale_factor=scales[-1].tolist()[2:])


def _axes(a: Attributes, axes: Tensor | None) -> list[int]:
    return list(a["axes"]) if axes is None else list(axes.tolist())


def _squeeze(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
    return x.squeeze(_axes(a, axes))


def _unsqueeze(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
    for axis in sorted(_axes(a, axes)):
        x = x.unsqueeze(axis)
    return x


def _mean(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
    return x.mean(_axes(a, axes), keepdim=bool(a.get("keepdims", 1)))


OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": _average_pool,
    "BatchNormalization": _norm,
    "Clip": _clip,
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Conv": _conv,
    "Div": lambda a, x, y: x / y,
    "Dropout": lambda a, x, *rest: x,
    "Flatten": _flatten,
    "Gather": lambda a, x, i: x.index_select(a.get("axis", 0), i.flatten()).reshape(
        x.shape[: a.get("axis", 0)] + i.shape + x.shape[a.get("axis", 0) + 1 :]
    ),
    "Gemm": _gemm,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "Identity": lambda a, x: x,
    "LeakyRelu": lambda a, x: functional.leaky_relu(x, a.get("alpha", 0.01)),
    "MatMul": lambda a, x, y: x @ y,
    "MaxPool": _max_pool,
    "Mul": lambda a, x, y: x * y,
    "PRelu": _prelu,
    "ReduceMean": _mean,
    "Relu": lambda a, x: functional.relu(x),
    "Reshape": _reshape,
    "Resize": _resize,
    "Shape": lambda a, x: torch.tensor(x.shape),
    "Sigmoid": lambda a, x: x.sigmoid(),
    "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
    "Sqrt": lambda a, x: x.sqrt(),
    "Squeeze": _squeeze,
    "Sub": lambda a, x, y: x - y,
    "Transpose": lambda a, x: x.permute(*a["perm"]),
    "Unsqueeze": _unsqueeze,
}
