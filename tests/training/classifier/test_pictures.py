from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.picture.raster import rasterise_all
from model.strokes import from_polylines, to_polylines
from tests.training.full_disk import full
from tests.training.round_and_square import drawings
from training.classifier.classifier import ranks
from training.classifier.pictures import (
    ClassifierConfig,
    PictureClassifier,
    PictureNetwork,
    load_picture_classifier,
    save_picture_classifier,
)
from training.errors import ClassifierError

NAMES = ("round", "square", "zigzag")


@pytest.fixture
def classifier() -> PictureClassifier:
    """A network that has learned nothing yet."""
    torch.manual_seed(0)
    config = ClassifierConfig(len(NAMES), size=24, widths=(4, 8, 8))
    return PictureClassifier(PictureNetwork(config), config, NAMES)


def test_probabilities(classifier: PictureClassifier) -> None:
    """One row a drawing, one column a category, each row a distribution."""
    found = classifier.classify(drawings("round", 7))
    assert found.shape == (7, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert (found > 0).all()


def test_no_drawings_give_no_probabilities(classifier: PictureClassifier) -> None:
    """An empty list is no error."""
    assert classifier.classify([]).shape == (0, 3)


def test_the_same_drawing_gets_the_same_answer_in_any_company(classifier: PictureClassifier) -> None:
    """Dropout is off, and other drawings in the batch do not count, though the network was left in training mode."""
    many = drawings("round", 300)
    classifier.network.train()
    together = classifier.classify(many)
    np.testing.assert_allclose(classifier.classify(many[290:291]), together[290:291], atol=1e-5)
    assert (classifier.classify(many) == together).all()


def test_only_the_picture_counts(classifier: PictureClassifier) -> None:
    """Size and place of a drawing change nothing; more points on the same straight lines hardly anything."""
    square = drawings("square", 1)[0]
    expected = classifier.classify([square])
    moved = from_polylines([3 * line + 40 for line in to_polylines(square)])
    np.testing.assert_allclose(classifier.classify([moved]), expected, atol=1e-3)
    outline = to_polylines(square)[0]
    halves = np.stack([outline[:-1], (outline[:-1] + outline[1:]) / 2], axis=1).reshape(-1, 2)
    np.testing.assert_allclose(
        classifier.classify([from_polylines([np.concatenate([halves, outline[-1:]])])]), expected, atol=0.02
    )


def test_classify_is_judge_of_the_pictures(classifier: PictureClassifier) -> None:
    """Drawings and their pictures get the same answer."""
    some = drawings("square", 3)
    assert (classifier.classify(some) == classifier.classify_pictures(rasterise_all(some))).all()


def test_an_unknown_category_is_named(classifier: PictureClassifier) -> None:
    """The number of a category, or an error that says which it lacks."""
    assert classifier.number("zigzag") == 2
    with pytest.raises(ClassifierError, match="'unicorn'"):
        classifier.number("unicorn")


def test_ranks() -> None:
    """Rank 0 is the likeliest category; a tie counts against the drawing."""
    probabilities: NDArray[np.float32] = np.array(
        [[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [1 / 3, 1 / 3, 1 / 3]], np.float32
    )
    assert ranks(probabilities, np.array([0, 0, 2, 0])).tolist() == [0, 1, 2, 2]


def test_save_and_load(tmp_path: Path, classifier: PictureClassifier) -> None:
    """A file gives the classifier back; kernels in half precision change probabilities by less than a thousandth."""
    path = tmp_path / "deep" / "classifier.pt"
    save_picture_classifier(path, classifier)
    loaded = load_picture_classifier(path)
    assert (loaded.names, loaded.config) == (classifier.names, classifier.config)
    some = drawings("round", 20) + drawings("square", 20)
    np.testing.assert_allclose(loaded.classify(some), classifier.classify(some), atol=1e-3)
    assert [file.name for file in path.parent.iterdir()] == ["classifier.pt"]


def test_saving_where_nothing_can_be_written(tmp_path: Path, classifier: PictureClassifier) -> None:
    """The error names the file."""
    (tmp_path / "file").touch()
    with pytest.raises(ClassifierError, match=r"classifier.pt could not be written"):
        save_picture_classifier(tmp_path / "file" / "classifier.pt", classifier)


def test_a_full_disk_keeps_the_older_file(
    tmp_path: Path, classifier: PictureClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file and the reason; the older one is whole and nothing half-written is left."""
    path = tmp_path / "classifier.pt"
    save_picture_classifier(path, classifier)
    before = path.read_bytes()
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(ClassifierError, match=r"classifier.pt could not be written: No space left on device$"):
        save_picture_classifier(path, classifier)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["classifier.pt"]


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, classifier: PictureClassifier, kept: float) -> None:
    """A damaged file is an error that names it."""
    path = tmp_path / "classifier.pt"
    save_picture_classifier(path, classifier)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(ClassifierError, match=r"classifier.pt is not a classifier"):
        load_picture_classifier(path)


@pytest.mark.parametrize(
    "content",
    [b"not a zip", torch.zeros(3), {"weights": {}}, {"config": {"colours": 3}, "names": [], "weights": {}}, [1]],
    ids=["text", "tensor", "lacking keys", "unknown setting", "list"],
)
def test_something_else_is_refused(tmp_path: Path, content: object) -> None:
    """A file of another kind is an error that names it."""
    path = tmp_path / "classifier.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(ClassifierError, match=r"classifier.pt is not a classifier"):
        load_picture_classifier(path)


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    """Loading executes nothing that a file asks for."""
    path = tmp_path / "classifier.pt"
    torch.save({"config": Path("anything")}, path)
    with pytest.raises(ClassifierError, match="not a classifier"):
        load_picture_classifier(path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """The error names the file and the command."""
    with pytest.raises(ClassifierError, match=r"classifier.pt is not there: `python -m training classifier`"):
        load_picture_classifier(tmp_path / "classifier.pt")


def test_names_and_network_must_agree(tmp_path: Path, classifier: PictureClassifier) -> None:
    """A file with other names than its network has outputs is refused."""
    path = tmp_path / "classifier.pt"
    save_picture_classifier(path, PictureClassifier(classifier.network, classifier.config, NAMES[:2]))
    with pytest.raises(ClassifierError, match="names 2 categories, but its network knows 3"):
        load_picture_classifier(path)


def test_weights_must_be_numbers(tmp_path: Path, classifier: PictureClassifier) -> None:
    """A network with a NaN would rank every category first; it is refused."""
    classifier.network.head.weight.data[0, 0] = float("nan")
    save_picture_classifier(tmp_path / "classifier.pt", classifier)
    with pytest.raises(ClassifierError, match="not finite"):
        load_picture_classifier(tmp_path / "classifier.pt")


def test_a_recogniser_is_no_classifier_of_pictures(tmp_path: Path) -> None:
    """Its folder is given wherever either will do; the message says what is wanted here."""
    with pytest.raises(ClassifierError, match=r"is a folder: .* `python -m training classifier --form pictures` makes"):
        load_picture_classifier(tmp_path)
