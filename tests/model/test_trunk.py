"""The layers that read a drawing."""

import pytest
import torch

from model.trunk import LSTM, Tanh

ROWS = torch.randn(3, 7, 5, generator=torch.Generator().manual_seed(0))


STATE = (torch.zeros(1, 3, 8), torch.zeros(1, 3, 8))


def test_an_lstm_begins_as_sketch_rnns() -> None:
    """Orthogonal recurrent weights and forget bias 1."""
    w_input, w_hidden, bias = LSTM(5, 8).layer_weights()
    assert w_input.shape == (32, 5)
    for gate in torch.split(w_hidden, 8):
        torch.testing.assert_close(gate @ gate.t(), torch.eye(8), atol=1e-5, rtol=0)
    assert torch.equal(bias.view(4, 8), torch.tensor([0.0, 1, 0, 0]).unsqueeze(1).expand(4, 8))


def test_a_tanh_layer_has_no_memory() -> None:
    """What follows a row depends on it alone, not on those before; the state comes back as it was."""
    trunk = Tanh(5, 8)
    changed = ROWS.clone()
    changed[:, :3] += 1
    before, back = trunk(ROWS, STATE)
    after, _ = trunk(changed, STATE)
    assert torch.equal(before[:, 3:], after[:, 3:])
    assert not torch.equal(before[:, :3], after[:, :3])
    assert back is STATE


@pytest.mark.parametrize("kind", [LSTM, Tanh])
def test_weights_can_be_put_back(kind: type[LSTM | Tanh]) -> None:
    """A trunk with another's weights says what the other says."""
    one, other = kind(5, 8), kind(5, 8)
    assert not torch.equal(one(ROWS, STATE)[0], other(ROWS, STATE)[0])
    other.set_layer_weights(one.layer_weights())
    torch.testing.assert_close(one(ROWS, STATE)[0], other(ROWS, STATE)[0])


def test_filler_changes_nothing() -> None:
    """In bfloat16, where rows are filled up, outputs, states and gradients are nearly those of float32."""
    lstm, rows = LSTM(5, 32), torch.randn(4, 9, 5, generator=torch.Generator().manual_seed(0))
    state = (0.1 * torch.ones(1, 4, 32), 0.2 * torch.ones(1, 4, 32))
    found = []
    for bfloat16 in (False, True):
        lstm.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            out, (h, c) = lstm(rows, state)
        out.float().square().sum().backward()
        gradients = [parameter.grad.clone() for parameter in lstm.parameters() if parameter.grad is not None]
        found.append([tensor.detach().float() for tensor in (out, h, c, *gradients)])
    assert len(found[0]) == 3 + 4
    for plain, filled in zip(*found, strict=True):
        assert plain.shape == filled.shape
        scale = float(plain.abs().max())
        torch.testing.assert_close(filled, plain, atol=0.03 * scale, rtol=0)
