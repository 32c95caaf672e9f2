"""What is asked, as values."""

from typing import Any

import numpy as np
import pytest

from inkstream import calls
from inkstream.calls import Call
from inkstream.errors import Problem
from model.card import SEEDS
from model.density.seed import seed_number

LINES = [[(0, 0), (3, 4)], [(1, 1)]]
AS_JSON = {"strokes": [[[0.0, 0.0], [3.0, 4.0]], [[1.0, 1.0]]]}


def test_a_call_names_its_seed() -> None:
    """So the same call gives the same drawing again; a random seed is another each time."""
    seeds = {int(calls.draw("cat").query["seed"]) for _ in range(3)}
    assert len(seeds) == 3
    assert all(0 <= seed < SEEDS for seed in seeds)
    assert calls.draw("cat", seed="ada").query == {"seed": str(seed_number("ada"))}
    assert calls.draw("cat", seed=7, like="9").query == {"seed": "7", "like": "9"}


@pytest.mark.parametrize("seed", ["", "x" * 201, -1, SEEDS])
def test_what_is_no_seed_is_refused(seed: int | str) -> None:
    """Before anything is asked."""
    with pytest.raises(ValueError, match="a seed"):
        calls.draw("cat", seed=seed)


def test_values_are_written_as_the_service_reads_them() -> None:
    """None is left out, truth in small letters, a category percent-encoded."""
    call = calls.draw("The Eiffel Tower?2", seed=1, count=None, temp_xy=0.5)
    assert call == Call("GET", "/draw/The%20Eiffel%20Tower%3F2", {"seed": "1", "temp_xy": "0.5"})
    assert call.written("png", {"smooth": False}).query == {
        **call.query,
        "format": "png",
        "smooth": "false",
    }


def test_a_category_leads_to_no_other_path() -> None:
    """One with a slash is asked for by its slug, which names it too; what no path can hold is an unknown category."""
    assert calls.draw("Salt/Pepper", seed=1).path == "/draw/salt-pepper"
    assert calls.between("cat/stream", "dog", seed=1, seeds=(2, 3)).path == "/between/cat-stream/dog"
    for name in ("", ".", "..", "/", "caf\udce9"):
        with pytest.raises(Problem, match=r"^No category is named .* GET /categories lists all\.$") as refused:
            calls.draw(name)
        assert refused.value.status == 404


@pytest.mark.parametrize("drawing", [LINES, [np.array(line) for line in LINES], AS_JSON])
def test_a_drawing_may_be_given_in_several_ways(drawing: calls.Strokes) -> None:
    """As lists, as arrays, or as the service takes it."""
    assert calls.like("cat", drawing, seed=1, count=2).body == {**AS_JSON, "seed": 1, "count": 2}
    assert calls.complete(None, drawing, seed=1, count=2).path == "/complete"
    assert calls.recognise(drawing, top=3) == Call("POST", "/recognise", body={**AS_JSON, "top": 3})


def test_an_array_may_be_a_drawing_too() -> None:
    """Lines of as many points each fit into one."""
    assert calls.given(np.array([[[0, 0], [3, 4]]])) == {"strokes": [[[0.0, 0.0], [3.0, 4.0]]]}


@pytest.mark.parametrize("drawing", [None, 5, "cat", [(0, 0), (3, 4)], [[(0, 0, 0)]], [[("a", "b")]]])
def test_what_is_no_drawing_is_said(drawing: Any) -> None:
    """A line alone is what comes to hand first."""
    with pytest.raises(ValueError, match="A drawing is a list of lines of points"):
        calls.recognise(drawing, top=1)


def test_a_way_has_ends() -> None:
    """Two categories are asked for by GET; a drawing at either end by POST."""
    named = calls.between("cat", "dog", seed=1, seeds=(2, "3"), steps=4)
    assert named == Call("GET", "/between/cat/dog", {"from": "2", "to": "3", "seed": "1", "steps": "4"})

    class Mine:
        category = "bee"
        strokes = LINES

    given = calls.between(Mine(), "dog", seed=1, seeds=(None, 3), steps=4)
    ends = {"from": {"category": "bee", **AS_JSON}, "to": {"category": "dog", "like": 3}}
    assert given == Call("POST", "/between", body={**ends, "seed": 1, "steps": 4})
