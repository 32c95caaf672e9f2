"""Muon for the big matrices, AdamW for the rest."""

import re
from dataclasses import dataclass

import torch
from torch import nn

MUON_FACTOR = 10.0  # Muon's updates have unit spectral norm, so its rate stands on another scale than Adam's
MATRICES = re.compile(r"(weight_hh_l\d+|weight_ih_l[1-9]\d*|head\.weight)$")  # not of a row's five numbers


@dataclass
class Optimisers:
    """Several optimisers stepped as one, their learning rates scaled together by the schedule."""

    members: list[torch.optim.Optimizer]

    @classmethod
    def of(cls, network: nn.Module, lr: float) -> "Optimisers":
        """Recurrent, layer-to-layer and output matrices go to Muon (Jordan et al., 2024), the rest to AdamW.

        Muon halves the steps for the same nats here (docs/lab-notes.md).
        """
        named = list(network.named_parameters())
        matrices = [p for name, p in named if MATRICES.search(name)]
        others = [p for name, p in named if not MATRICES.search(name)]
        fused = others[0].is_cuda or None  # there a kernel for all of them
        members: list[torch.optim.Optimizer] = [torch.optim.AdamW(others, lr=lr, weight_decay=0.0, fused=fused)]
        if matrices:
            members.append(torch.optim.Muon(matrices, lr=MUON_FACTOR * lr, weight_decay=0.0))
        for member in members:
            for group in member.param_groups:
                group["full_lr"] = group["lr"]
        return cls(members)

    def step(self, rate: float) -> None:
        """One update at `rate` times the full learning rates; gradients are cleared."""
        for member in self.members:
            for group in member.param_groups:
                group["lr"] = group["full_lr"] * rate
            member.step()
            member.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict[str, object]]:
        return [member.state_dict() for member in self.members]

    def load_state_dict(self, states: list[dict[str, object]]) -> None:
        for member, member_state in zip(self.members, states, strict=True):
            member.load_state_dict(member_state)
