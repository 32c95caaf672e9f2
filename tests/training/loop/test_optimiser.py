import copy

import torch

from model.network import Network, NetworkConfig
from training.loop.optimiser import Optimisers


def network() -> Network:
    torch.manual_seed(0)
    return Network(NetworkConfig(hidden=8, mixtures=2), torch.zeros(2), torch.ones(2))


def stepped(rate: float) -> dict[str, torch.Tensor]:
    net = network()
    optimisers = Optimisers.of(net, 0.01)
    before = {name: value.detach().clone() for name, value in net.named_parameters()}
    net(torch.randn(3, 5, 5)).square().mean().backward()
    optimisers.step(rate)
    assert all(parameter.grad is None for parameter in net.parameters())
    return {name: value.detach() - before[name] for name, value in net.named_parameters()}


def test_every_parameter_moves_and_the_schedule_scales_all() -> None:
    """None is left out between the two optimisers, and a rate of 0 moves none of them."""
    assert all(float(change.abs().max()) > 0 for change in stepped(1.0).values())
    assert all(float(change.abs().max()) == 0 for change in stepped(0.0).values())


def test_state_comes_back() -> None:
    """Saved and loaded, the optimisers go on exactly as before."""
    nets = [network(), network()]
    optimisers = [Optimisers.of(net, 0.01) for net in nets]
    rows = torch.randn(3, 5, 5)
    nets[0](rows).square().mean().backward()
    optimisers[0].step(1.0)
    optimisers[1].load_state_dict(copy.deepcopy(optimisers[0].state_dict()))
    nets[1].load_state_dict(nets[0].state_dict())
    for net, optimiser in zip(nets, optimisers, strict=True):
        net(rows).square().mean().backward()
        optimiser.step(0.5)
    for a, b in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert torch.equal(a, b)
