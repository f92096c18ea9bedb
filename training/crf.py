"""A linear-chain conditional random field over BIOES labels (Lafferty, McCallum, Pereira 2001), for training.

Sums over label sequences are taken in scaled probabilities rather than logarithms, so that a step is one small product
of a vector and a matrix; the gradient is the difference of expected and observed counts.
"""

from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor, nn

from pipeline.recognition.labels import legal


class CRF(nn.Module):
    """Negative log-likelihood of label sequences in which only legal steps have any probability."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__()
        start, steps, end = legal(labels)
        self.transitions = nn.Parameter(torch.zeros(len(labels), len(labels)))
        self.register_buffer("start", torch.from_numpy(start.astype(np.float32)))
        self.register_buffer("steps", torch.from_numpy(steps.astype(np.float32)))
        self.register_buffer("end", torch.from_numpy(end.astype(np.float32)))

    def forward(self, emissions: Tensor, gold: Tensor) -> Tensor:
        """Sum over sentences; emissions (B, T, L), gold (B, T) label numbers."""
        loss: Tensor = _NegativeLogLikelihood.apply(
            emissions, self.transitions, gold, self.start, self.steps, self.end
        )
        return loss


class _NegativeLogLikelihood(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, emissions: Tensor, transitions: Tensor, *rest: Tensor) -> Tensor:
        gradients = torch.zeros_like(emissions), torch.zeros_like(transitions)
        given = (emissions.detach().contiguous(), transitions.detach(), *rest, *gradients)
        ctx.save_for_backward(*gradients)
        return emissions.new_tensor(_likelihood(*(t.numpy() for t in given)))

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        d_emissions, d_transitions = ctx.saved_tensors
        return grads[0] * d_emissions, grads[0] * d_transitions, None, None, None, None


@numba.njit(nogil=True, cache=True)
def _likelihood(emissions, transitions, gold, start, steps, end, d_emissions, d_transitions):  # type: ignore[no-untyped-def]
    """Loss; adds its gradients to the last two arrays."""
    length, labels = emissions.shape[1:]
    weights = np.exp(transitions) * steps
    loss = 0.0
    alphas = np.empty((length, labels), np.float32)
    local = np.empty((length, labels), np.float32)
    scale = np.empty(length, np.float32)
    for sentence in range(len(emissions)):
        log_z = 0.0
        for t in range(length):
            row = emissions[sentence, t]
            highest = row.max()
            for j in range(labels):
                local[t, j] = np.exp(row[j] - highest)
                alphas[t, j] = start[j] if t == 0 else np.float32(0)
            if t:
                for i in range(labels):
                    before = alphas[t - 1, i]
                    if before > 0:
                        for j in range(labels):
                            alphas[t, j] += before * weights[i, j]
            total = np.float32(0)
            for j in range(labels):
                alphas[t, j] *= local[t, j]
                total += alphas[t, j]
            for j in range(labels):
                alphas[t, j] /= total
            scale[t] = total
            log_z += np.log(total) + highest
        last = np.float32(0)
        for j in range(labels):
            last += alphas[length - 1, j] * end[j]
        log_z += np.log(last)
        beta = end / last
        score = 0.0
        for t in range(length - 1, -1, -1):
            label = gold[sentence, t]
            score += emissions[sentence, t, label]
            for j in range(labels):
                d_emissions[sentence, t, j] += alphas[t, j] * beta[j] - (1 if j == label else 0)
            if t:
                earlier = gold[sentence, t - 1]
                score += transitions[earlier, label]
                d_transitions[earlier, label] -= 1
                behind = local[t] * beta / scale[t]
                for i in range(labels):
                    total = np.float32(0)
                    before = alphas[t - 1, i]
                    for j in range(labels):
                        expected = weights[i, j] * behind[j]
                        total += expected
                        d_transitions[i, j] += before * expected
                    beta[i] = total
        loss += log_z - score
    return loss
