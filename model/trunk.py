"""What reads a drawing row by row: a layer with a memory, or without one. Both are called as torch's LSTM is."""

import torch
from torch import Tensor, nn
from torch.nn import functional

TILE = 32  # bfloat16 numbers that a row of the matrix unit's tiles has
# On processors with a matrix unit (AMX) oneDNN's gradients of what an LSTM in bfloat16 reads, and of its first state,
# are wrong from this many hidden units on, by as much as their own size (torch 2.13). Its outputs are right.
TOO_WIDE = 1024
State = tuple[Tensor, Tensor]  # (h, c), each [1, n, H]
LayerWeights = tuple[Tensor, Tensor, Tensor]  # of what it reads [m, I], of its own output [m, H], and biases [m]


class LSTM(nn.LSTM):
    """torch's LSTM of one layer, with the types of its weights (gates i, f, g, o), begun as sketch-rnn begins.

    Orthogonal recurrent weights and forget bias 1 (Jozefowicz et al., 2015).
    """

    weight_ih_l0: nn.Parameter
    weight_hh_l0: nn.Parameter
    bias_ih_l0: nn.Parameter
    bias_hh_l0: nn.Parameter

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden, batch_first=True)
        for gate in torch.split(self.weight_hh_l0.data, hidden):
            nn.init.orthogonal_(gate)
        nn.init.xavier_uniform_(self.weight_ih_l0.data)
        self.bias_ih_l0.data.zero_()
        self.bias_hh_l0.data.zero_()
        self.bias_hh_l0.data[hidden : 2 * hidden] = 1

    def forward(self, rows: Tensor, state: State) -> tuple[Tensor, State]:  # type: ignore[override] # no packed sequences
        """Outputs [n, T, H] for rows [n, T, I], and the state after them.

        In bfloat16 on a CPU rows are filled up with zeros to a tile: oneDNN passes over the processor's matrix unit for
        five numbers a row, and takes three times as long. Layers of `TOO_WIDE` units stay in float32 there.
        """
        if rows.is_cuda or not torch.is_autocast_enabled("cpu"):
            return super().forward(rows, state)
        if self.hidden_size >= TOO_WIDE:
            with torch.autocast("cpu", enabled=False):
                return super().forward(rows.float(), (state[0].float(), state[1].float()))
        filler = [0, -rows.size(-1) % TILE]
        w_input, *rest = self.all_weights[0]
        weights = [functional.pad(w_input, filler), *rest]
        outputs, h, c = torch.lstm(
            functional.pad(rows, filler), state, weights, True, 1, 0.0, self.training, False, True
        )
        return outputs, (h, c)

    def layer_weights(self) -> LayerWeights:
        """m = 4 H."""
        return self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0 + self.bias_hh_l0

    @torch.no_grad()
    def set_layer_weights(self, weights: LayerWeights) -> None:
        """What `layer_weights` gives, put back."""
        w_input, w_hidden, bias = weights
        values = (w_input, w_hidden, bias, torch.zeros_like(bias))
        for parameter, value in zip(self.all_weights[0], values, strict=True):
            parameter.copy_(value)


class Tanh(nn.Module):
    """A layer tanh(W x + b) without memory: what follows a row is foreseen from that row alone."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.layer = nn.Linear(inputs, hidden)

    def forward(self, rows: Tensor, state: State) -> tuple[Tensor, State]:
        """Outputs [n, T, H] for rows [n, T, I]; the state comes back as it is."""
        return torch.tanh(self.layer(rows)), state

    def layer_weights(self) -> LayerWeights:
        """m = H, and its own former output counts for nothing."""
        return self.layer.weight, self.layer.weight.new_zeros([len(self.layer.bias)] * 2), self.layer.bias

    @torch.no_grad()
    def set_layer_weights(self, weights: LayerWeights) -> None:
        """What `layer_weights` gives, put back."""
        self.layer.weight.copy_(weights[0])
        self.layer.bias.copy_(weights[2])
