"""A classifier of pictures: a small convolutional network that says which category a drawing shows.

It sees pictures only (`model.picture.raster`), so a generator cannot please it with the habits of a pen. Residual
blocks after He et al., "Deep Residual Learning for Image Recognition" (2016).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from model.files import write_whole
from model.picture.raster import rasterise_all
from model.strokes import Array
from training.classifier.classifier import Classifier
from training.classifier.warp import fit
from training.errors import ClassifierError
from training.loop.tensors import DAMAGED, read_tensors, why

BATCH = 256  # pictures at once when classifying: bounds memory


@dataclass(frozen=True, slots=True)
class ClassifierConfig:
    """Shape of the network: channels after each halving of the picture, which is `size` pixels a side."""

    categories: int
    size: int = 48
    widths: tuple[int, ...] = (32, 48, 96, 256)
    dropout: float = 0.2


class PictureNetwork(nn.Module):
    """Pictures [n, 1, s, s] in 0..1 to logits [n, categories], of any side s that survives the halvings."""

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        stem, *widths = config.widths
        layers: list[nn.Module] = [_convolution(1, stem, kernel=5, stride=2)]
        for narrow, wide in zip(config.widths, widths, strict=False):
            layers += [_convolution(narrow, wide, stride=2), Residual(wide)]
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.widths[-1], config.categories)

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.head(self.dropout(self.features(pictures)))
        return logits

    def features(self, pictures: Tensor) -> Tensor:
        """What the last layer reads: [n, widths[-1]]."""
        found: Tensor = self.trunk(pictures.contiguous(memory_format=torch.channels_last)).mean(dim=(2, 3))
        return found


class Residual(nn.Module):
    """Two convolutions beside a straight path."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.relu(x + self.second(self.first(x)))


def _convolution(narrow: int, wide: int, *, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(narrow, wide, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(wide), nn.ReLU(inplace=True)
    )


@dataclass(frozen=True)
class PictureClassifier(Classifier):
    """A trained network and the names of its categories, in order of their numbers."""

    network: PictureNetwork
    config: ClassifierConfig
    names: tuple[str, ...]

    def classify(self, drawings: Sequence[Array]) -> NDArray[np.float32]:
        """See `Classifier.classify`."""
        return self.classify_pictures(rasterise_all(drawings))

    @torch.inference_mode()
    def classify_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The same for pictures [n, side, side] uint8 as `model.picture.raster` makes them."""
        if not len(pictures):
            return np.zeros((0, len(self.names)), np.float32)
        return self._of(self.network, pictures).softmax(dim=-1).cpu().numpy()

    @torch.inference_mode()
    def features(self, drawings: Sequence[Array]) -> NDArray[np.float32]:
        """What the last layer reads of n drawings, each of length 1: [n, features]."""
        found = self._of(self.network.features, rasterise_all(drawings))
        return functional.normalize(found).cpu().numpy()

    def _of(self, layers: Callable[[Tensor], Tensor], pictures: NDArray[np.uint8]) -> Tensor:
        """What layers make of pictures, not too many at once."""
        self.network.eval()
        device = self.network.head.weight.device
        parts = torch.split(torch.from_numpy(pictures), BATCH)
        return torch.cat([layers(fit(part.to(device), self.config.size)) for part in parts])


def save_picture_classifier(path: Path, classifier: PictureClassifier) -> None:
    """Write a classifier whole or not at all, its kernels in half precision: the ranks do not suffer from it.

    Raises ClassifierError when it cannot be written.
    """
    weights = {
        name: value.half() if value.dim() > 1 else value.clone()  # batch norm's variances may overflow half precision
        for name, value in classifier.network.state_dict().items()
    }
    content = {"config": asdict(classifier.config), "names": classifier.names, "weights": weights}
    try:
        write_whole(path, lambda file: torch.save(content, file))
    except OSError as error:
        raise ClassifierError(f"{path} could not be written: {error.strerror or error}") from error


def load_picture_classifier(path: Path, device: torch.device | str = "cpu") -> PictureClassifier:
    """A classifier from its file. Raises ClassifierError when it is missing, damaged or something else.

    Nothing in the file is executed: it is read with `weights_only`.
    """
    try:
        saved = read_tensors(path)
        config = ClassifierConfig(**saved["config"])
        names = tuple(str(name) for name in saved["names"])
        network = PictureNetwork(config)
        network.load_state_dict({name: value.float() for name, value in saved["weights"].items()})
    except FileNotFoundError as error:
        raise ClassifierError(f"{path} is not there: `python -m training classifier` makes one") from error
    except IsADirectoryError as error:
        wanted = "a classifier of pictures is a file, which `python -m training classifier --form pictures` makes"
        raise ClassifierError(f"{path} is a folder: {wanted}") from error
    except (OSError, *DAMAGED) as error:
        raise ClassifierError(f"{path} is not a classifier: {why(error)}") from error
    if len(names) != config.categories:
        raise ClassifierError(f"{path} names {len(names)} categories, but its network knows {config.categories}")
    if not all(bool(value.isfinite().all()) for value in network.state_dict().values()):
        raise ClassifierError(f"{path} holds weights that are not finite numbers")
    return PictureClassifier(network.to(device).eval(), config, names)
