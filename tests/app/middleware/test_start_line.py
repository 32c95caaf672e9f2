from app.middleware.start_line import CROWD, LONGEST_REST, StartLine


def line_of(*clients: str, rests: bool = True) -> StartLine[str]:
    line = StartLine[str](rests=rests)
    for client in clients:
        line.join(client, client)
    return line


def test_a_crowd_rests_for_as_long_as_its_beginning_took() -> None:
    """Half of the time is left to others: to the thread that decodes, and to requests that are under way."""
    line = line_of(*["crowd"] * (2 * CROWD))
    assert [line.next(1.0), line.next(1.0)] == ["crowd", "crowd"]
    rest = line.rest(1.02)
    assert abs(rest - 0.02) < 1e-9
    assert line.next(1.03) is None
    assert line.rest(1.03) > 0
    assert line.next(1.05) == "crowd"


def test_others_begin_while_a_crowd_rests() -> None:
    """Whoever asks for little waits for no crowd, and a rest has an end however long the beginning took."""
    line = line_of(*["crowd"] * (2 * CROWD))
    line.next(1.0)
    assert abs(line.rest(9.0) - LONGEST_REST) < 1e-9
    line.join("other", "other")
    assert line.next(9.0) == "other"
    assert line.next(9.0) is None
    assert len(line) == 2 * CROWD - 1
    assert line.next(9.1 + LONGEST_REST) == "crowd"


def test_few_have_no_rest() -> None:
    """What a page asks for at once begins as soon as it can; so does all, where no client has limits."""
    for line in (line_of(*["page"] * CROWD), line_of(*["proxy"] * (2 * CROWD), rests=False)):
        line.next(1.0)
        assert line.rest(1.02) == 0
        assert line.next(1.02) is not None


def test_clients_take_turns() -> None:
    """One of each client, those of one in their order; then nobody waits."""
    line = StartLine[int]()
    for number, client in enumerate(["a", "a", "b", "a", "c"]):
        line.join(client, number)
    assert "a" in line
    assert [line.next(0.0) for _ in range(6)] == [0, 2, 4, 1, 3, None]
    assert "a" not in line
    assert not len(line)
