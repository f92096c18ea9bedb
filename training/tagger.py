"""The network of the tagger: LAC's encoder, a head for each annotation standard, and one for parts of speech."""

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.recognition.labels import bioes
from pipeline.recognition.lexicon import FEATURES
from training.crf import CRF
from training.gru import BiGRU
from training.lac import LAYERS, Lac

HIDDEN = 128
"""Units of LAC's embedding and of each direction of its layers."""
FLAGS = 64
"""Units that the lexicon's features are projected to, at first."""
STANDARDS = {
    "report": ["LOC", "ORG", "PER", "PUB"],
    "msra": ["LOC", "ORG", "PER"],
    "cluener": [
        "address", "book", "company", "game", "government", "movie", "name", "organization", "position", "scene",
    ],
    "peoples_daily": ["LOC", "ORG", "PER"],
    "uner": ["LOC", "ORG", "PER"],
}  # fmt: skip
"""Labels of each annotation standard. One head each, so that no corpus teaches another its habits."""


class Tagger(nn.Module):
    """Characters to states: embedding and lexicon, then two bidirectional GRU layers; and the heads over them."""

    def __init__(self, lac: Lac, units: int = HIDDEN, flags: int = FLAGS, dropout: float = 0.0) -> None:
        super().__init__()
        self.units = units
        self.embedding = nn.Embedding(len(lac.rows), HIDDEN)
        self.flags = nn.Linear(FEATURES, flags, bias=False)
        self.lower = BiGRU(HIDDEN + flags, units)
        self.upper = BiGRU(2 * units, units)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * units, len(bioes(n))) for name, n in STANDARDS.items()})
        self.crfs = nn.ModuleDict({name: CRF(bioes(n)) for name, n in STANDARDS.items()})
        self.words = nn.Linear(2 * units, len(lac.tags))
        self.dropout = dropout
        if units == HIDDEN:
            self._take_over(lac)

    def forward(self, ids: Tensor, flags: Tensor) -> Tensor:
        """States (B, T, 2 x units) of sentences of one length: ids (B, T), flags (B, T, FEATURES)."""
        x = torch.cat([self.embedding(ids.T), self.flags(flags.transpose(0, 1))], dim=2)
        x = self._drop(x, self.dropout / 2)
        x = self._drop(self.lower(x), self.dropout)
        return self._drop(self.upper(x), self.dropout).transpose(0, 1)

    def _drop(self, x: Tensor, share: float) -> Tensor:
        """Dropout of the same units all along a sentence (Gal, Ghahramani 2016); x (T, B, units)."""
        if not self.training:
            return x
        return x * ((torch.rand(1, x.shape[1], x.shape[2]) >= share).float() / (1 - share))

    @torch.no_grad()
    def _take_over(self, lac: Lac) -> None:
        """Start from LAC's weights; the lexicon's units, which it does not have, start small."""
        w = lac.weights
        self.embedding.weight.copy_(torch.from_numpy(w["embedding_0.w_0"][lac.rows]))
        self.words.weight.copy_(torch.from_numpy(w["linear_0.w_0"].T.copy()))
        self.words.bias.copy_(torch.from_numpy(w["linear_0.b_0"].copy()))
        for layer, names in zip((self.lower, self.upper), LAYERS, strict=True):
            inputs, recurrent, bias = (w[f"helper.{name}"] for name in names)
            known = inputs.shape[2]
            layer.inputs[:, known:] *= 0.5
            layer.inputs[:, :known].copy_(_turned(inputs))
            layer.recurrent.copy_(_turned(recurrent))
            layer.input_bias.copy_(torch.from_numpy(bias[:, : 3 * HIDDEN].copy()))
            layer.recurrent_bias.copy_(torch.from_numpy(bias[:, 3 * HIDDEN :].copy()))

    @torch.no_grad()
    def narrow(self, wide: "Tagger") -> None:
        """Take over a wider network: the units that weigh most in what follows, the flags' best approximation."""
        own, given = self.state_dict(), wide.state_dict()
        flags, inputs = self.flags.out_features, wide.lower.inputs[:, HIDDEN:]
        left, weight, right = torch.linalg.svd(
            wide.flags.weight.T @ torch.cat(list(inputs), dim=1), full_matrices=False
        )
        scale = weight[:flags].sqrt()
        given["flags.weight"] = (left[:, :flags] * scale).T
        through = (scale[:, None] * right[:flags]).unflatten(1, (2, -1)).transpose(0, 1)
        given["lower.inputs"] = torch.cat([wide.lower.inputs[:, :HIDDEN], through], dim=1)
        after = [wide.upper.inputs.abs().sum(dim=(0, 2)), sum(h.weight.abs().sum(dim=0) for h in wide.heads.values())]
        below = torch.arange(HIDDEN + flags)
        for name, weight in zip(("lower", "upper"), after, strict=True):
            weight = weight.view(2, wide.units) + given[f"{name}.recurrent"].abs().sum(dim=2)
            kept = weight.topk(self.units).indices.sort().values
            gates = torch.cat([kept + k * wide.units for k in range(3)], dim=1)
            for d in (0, 1):
                own[f"{name}.inputs"][d] = given[f"{name}.inputs"][d][below][:, gates[d]]
                own[f"{name}.recurrent"][d] = given[f"{name}.recurrent"][d][kept[d]][:, gates[d]]
                for bias in (f"{name}.input_bias", f"{name}.recurrent_bias"):
                    own[bias][d] = given[bias][d][gates[d]]
            below = torch.cat([kept[0], kept[1] + wide.units])
        for name, value in given.items():
            if not name.startswith(("lower", "upper")):
                own[name] = value[:, below] if value.shape[1:] == (2 * wide.units,) else value
        self.load_state_dict(own)


def _turned(matrices: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(matrices.transpose(0, 2, 1)))
