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
"""Units that the lexicon's features are projected to."""
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

    def __init__(self, lac: Lac, units: int = HIDDEN, dropout: float = 0.0) -> None:
        super().__init__()
        self.units = units
        self.embedding = nn.Embedding(len(lac.rows), HIDDEN)
        self.flags = nn.Linear(FEATURES, FLAGS, bias=False)
        self.lower = BiGRU(HIDDEN + FLAGS, units)
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
    def widen(self, small: "Tagger") -> None:
        """Take over a narrower network: its units as they are; what the new ones add to them is nothing at first."""
        own, known = self.state_dict(), torch.arange(small.units)
        both = torch.cat([known, known + self.units])
        gates = torch.cat([known + k * self.units for k in range(3)])
        for name, value in small.state_dict().items():
            mine = own[name]
            if "bias" in name and name.startswith(("lower", "upper")):
                mine.zero_()
                mine[:, gates] = value
            elif name.startswith(("lower", "upper")):
                rows = known if "recurrent" in name else torch.arange(len(value[0])) if "lower" in name else both
                new = torch.ones(mine.shape[1], dtype=torch.bool)
                new[rows] = False
                mine[:, new] = 0
                mine[:, rows[:, None], gates] = value
            elif value.shape[1:] == (2 * small.units,):
                mine.zero_()
                mine[:, both] = value
            else:
                mine.copy_(value)


def _turned(matrices: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(matrices.transpose(0, 2, 1)))
