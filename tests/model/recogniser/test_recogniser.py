import pytest
import torch

from model.errors import DrawingError
from model.recogniser.inference import InferenceNetwork
from model.recogniser.lines import lines_of, rows_of
from model.recogniser.network import RecogniserNetwork
from model.recogniser.path import sample
from model.recogniser.recogniser import TOGETHER, Recogniser
from model.strokes import from_polylines
from tests.model.recogniser import samples


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    return samples.recogniser(tmp_path_factory.mktemp("recogniser"))


def rows(*strokes: list[tuple[float, float]]) -> torch.Tensor:
    return torch.from_numpy(from_polylines(list(strokes)))


def test_probabilities(recogniser: Recogniser) -> None:
    """Natural logarithms of probabilities that add up to 1, a row for each drawing, a column for each name."""
    found = recogniser.log_probabilities(samples.scribbles(5))
    assert recogniser.names == samples.NAMES
    assert found.shape == (5, 3)
    torch.testing.assert_close(found.exp().sum(dim=1), torch.ones(5))


def test_features(recogniser: Recogniser) -> None:
    """A row for each drawing: the same for the same drawing, another for another."""
    first, other = samples.scribbles(2)
    found = recogniser.features([first, other, first])
    assert found.shape == (3, samples.SHAPE.widths[-1] + samples.SHAPE.path_widths[-1])
    torch.testing.assert_close(found[0], found[2])
    assert not torch.allclose(found[0], found[1], atol=1e-3)


def test_no_drawings_give_nothing(recogniser: Recogniser) -> None:
    """Empty answers have their columns."""
    assert recogniser.log_probabilities([]).shape == (0, 3)
    assert recogniser.features([]).shape[0] == 0


def test_the_same_answer_in_any_company(recogniser: Recogniser) -> None:
    """Beside short ones and long ones, and more than are judged at once, within float32's last digits."""
    drawings = samples.scribbles(TOGETHER + 3) + samples.scribbles(2, points=400, seed=1)
    together = recogniser.log_probabilities(drawings)
    alone = torch.cat([recogniser.log_probabilities([drawing]) for drawing in drawings])
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=0)


def test_place_and_size_do_not_matter(recogniser: Recogniser) -> None:
    """A drawing far away and a hundred times as large gets the answer of the drawing."""
    lines = [[(0.0, 0.0), (10.0, 5.0), (4.0, 9.0)], [(2.0, 2.0), (3.0, 3.0)]]
    far = [[(100 * x + 50_000, 100 * y - 20_000) for x, y in line] for line in lines]
    found = recogniser.log_probabilities([rows(*lines), rows(*far)])
    torch.testing.assert_close(found[0], found[1], atol=1e-3, rtol=0)


def test_how_many_points_a_line_has_does_not_matter(recogniser: Recogniser) -> None:
    """A stroke of two points and the same in a hundred steps are one drawing."""
    few = rows([(0, 0), (100, 0), (100, 60)])
    many = rows([*((float(x), 0.0) for x in range(101)), *((100.0, float(y)) for y in range(1, 61))])
    found = recogniser.log_probabilities([few, many])
    torch.testing.assert_close(found[0], found[1], atol=1e-3, rtol=0)


def test_unfinished_drawings(recogniser: Recogniser) -> None:
    """Without its end row a drawing gets the same answer: what follows an end row does not count."""
    (whole,) = samples.scribbles(1)
    longer = torch.cat([whole, torch.full((4, 5), 7.0)])
    found = recogniser.log_probabilities([whole, whole[:-1], longer])
    torch.testing.assert_close(found, found[:1].expand(3, -1), atol=2e-5, rtol=0)


@pytest.mark.parametrize(
    "drawing",
    [
        rows([(3, 3)]),
        torch.tensor([[0.0, 0, 1, 0, 0]]),
        rows([(0, 0), (0, 0), (0, 0)]),
        rows([(0, 0), (0, 9)]),
        rows([(0, 0)], [(0, 0)], [(1e-30, 0)]),
        rows([(-9e5, 0), (9e4, 0)]),
    ],
    ids=["dot", "unfinished dot", "dots in one place", "line", "near", "far"],
)
def test_small_drawings_are_judged(recogniser: Recogniser, drawing: torch.Tensor) -> None:
    """Whatever has a point gets finite answers."""
    assert recogniser.log_probabilities([drawing]).isfinite().all()
    assert recogniser.features([drawing]).isfinite().all()


def test_ten_thousand_points(recogniser: Recogniser) -> None:
    """Are judged like any, also in strokes of one point each."""
    scribble, dots = samples.scribbles(1, points=10_000, strokes=1) + samples.scribbles(1, points=1, strokes=10_000)
    assert recogniser.log_probabilities([scribble, dots]).isfinite().all()


@pytest.mark.parametrize(
    ("drawing", "complaint"),
    [
        (torch.zeros(0, 5), "at least one point"),
        (torch.tensor([[0.0, 0, 0, 0, 1]]), "at least one point"),
        (torch.zeros(3, 4), "5 numbers each"),
        (torch.zeros(5), "5 numbers each"),
        (torch.tensor([[float("nan"), 0, 1, 0, 0]]), "finite"),
        (torch.tensor([[float("inf"), 0, 1, 0, 0]]), "finite"),
        (torch.tensor([[9e5, 0, 1, 0, 0], [9e5, 0, 1, 0, 0]]), "within 1e"),
        (torch.tensor([[0.0, 0, 1, 1, 0]]), "exactly one"),
        (torch.tensor([[0.0, 0, 0.5, 0.5, 0]]), "exactly one"),
    ],
)
def test_what_is_no_drawing_is_refused(recogniser: Recogniser, drawing: torch.Tensor, complaint: str) -> None:
    """A ValueError of the house that names the drawing and says what is wrong."""
    (good,) = samples.scribbles(1)
    for judge in (recogniser.log_probabilities, recogniser.features):
        with pytest.raises(DrawingError, match=f"drawing 1: .*{complaint}"):
            judge([good, drawing])
    assert issubclass(DrawingError, ValueError)


def test_fusing_changes_nothing() -> None:
    """A network whose normalisations are taken into its convolutions gives the logits that it gave before."""
    plain = samples.network().eval()
    drawings = samples.scribbles(4)
    fused = InferenceNetwork(plain)
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in fused.modules())
    with torch.inference_mode():
        expected = plain.logits(plain.features(sample(lines_of(drawings)))).log_softmax(dim=1)
        torch.testing.assert_close(fused.log_probabilities(*rows_of(drawings)), expected, atol=1e-4, rtol=1e-4)


def test_the_temperature_makes_it_less_sure() -> None:
    """Logits are divided by it; the likeliest stays the likeliest."""
    drawings = samples.scribbles(3)

    def judged(temperature: float) -> torch.Tensor:
        network: RecogniserNetwork = samples.network()
        network.temperature.fill_(temperature)
        return Recogniser(InferenceNetwork(network), samples.NAMES, "").log_probabilities(drawings)

    cold, warm = judged(1.0), judged(3.0)
    torch.testing.assert_close(warm, (cold / 3).log_softmax(dim=1))
