"""What reads a drawing row by row: layers with a memory, or without one. Both are called as torch's LSTM is."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

TILE = 32  # bfloat16 numbers that a row of the matrix unit's tiles has
State = tuple[Tensor, Tensor]  # (h, c), each [L, n, H]
Weights = tuple[Tensor, Tensor, Tensor]  # of what a layer reads [m, I], of its own output [m, H], and biases [m]


class LSTM(nn.LSTM):
    """torch's LSTM, with the types of its first layer's weights (gates i, f, g, o), begun as sketch-rnn begins.

    Orthogonal recurrent weights and forget bias 1 (Jozefowicz et al., 2015).
    """

    weight_ih_l0: nn.Parameter
    weight_hh_l0: nn.Parameter
    bias_ih_l0: nn.Parameter
    bias_hh_l0: nn.Parameter

    def __init__(self, inputs: int, hidden: int, layers: int = 1) -> None:
        super().__init__(inputs, hidden, layers, batch_first=True)
        for w_input, w_hidden, *biases in self.all_weights:
            for gate in torch.split(w_hidden.data, hidden):
                nn.init.orthogonal_(gate)
            nn.init.xavier_uniform_(w_input.data)
            for bias in biases:
                bias.data.zero_()
            biases[1].data[hidden : 2 * hidden] = 1

    def forward(self, rows: Tensor, state: State) -> tuple[Tensor, State]:  # type: ignore[override] # no packed sequences
        """Outputs [n, T, H] for rows [n, T, I], and the state after them.

        In bfloat16 on a CPU rows are filled up with zeros to a tile: oneDNN passes over the processor's matrix unit for
        five numbers a row, and takes three times as long.
        """
        if rows.is_cuda or not torch.is_autocast_enabled("cpu"):
            return super().forward(rows, state)
        filler = [0, -rows.size(-1) % TILE]
        w_input, *rest = (tensor for layer in self.all_weights for tensor in layer)
        weights = [functional.pad(w_input, filler), *rest]
        outputs, h, c = torch.lstm(
            functional.pad(rows, filler), state, weights, True, self.num_layers, 0.0, self.training, False, True
        )
        return outputs, (h, c)

    def layer_weights(self) -> list[Weights]:
        """Of each layer, lowest first; m = 4 H."""
        return [(w_input, w_hidden, first + second) for w_input, w_hidden, first, second in self.all_weights]

    @torch.no_grad()
    def set_layer_weights(self, weights: list[Weights]) -> None:
        """What `layer_weights` gives, put back."""
        for own, (w_input, w_hidden, bias) in zip(self.all_weights, weights, strict=True):
            for parameter, value in zip(own, (w_input, w_hidden, bias, torch.zeros_like(bias)), strict=True):
                parameter.copy_(value)


class Tanh(nn.Module):
    """Layers tanh(W x + b) without memory: what follows a row is foreseen from that row alone."""

    def __init__(self, inputs: int, hidden: int, layers: int = 1) -> None:
        super().__init__()
        widths = [inputs, *[hidden] * layers]
        self.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(widths))

    def forward(self, rows: Tensor, state: State) -> tuple[Tensor, State]:
        """Outputs [n, T, H] for rows [n, T, I]; the state comes back as it is."""
        for layer in self.layers:
            rows = torch.tanh(layer(rows))
        return rows, state

    def layer_weights(self) -> list[Weights]:
        """Of each layer, lowest first; m = H, and its own former output counts for nothing."""
        return [(layer.weight, layer.weight.new_zeros([len(layer.bias)] * 2), layer.bias) for layer in self._linear()]

    @torch.no_grad()
    def set_layer_weights(self, weights: list[Weights]) -> None:
        """What `layer_weights` gives, put back."""
        for layer, (w_input, _, bias) in zip(self._linear(), weights, strict=True):
            layer.weight.copy_(w_input)
            layer.bias.copy_(bias)

    def _linear(self) -> list[nn.Linear]:
        return [layer for layer in self.layers if isinstance(layer, nn.Linear)]
