"""How much is measured where."""

from benchmarks.gpu.size import Size


def test_each_device_has_a_size() -> None:
    """A rehearsal is small; what plays back is measured in full, and is another program than the service."""
    card, rehearsal, playback = (Size.of(device) for device in ("cuda", "cpu", "playback"))
    assert card.device.type == "cuda"
    assert rehearsal.device.type == playback.device.type == "cpu"
    assert rehearsal.watchers < playback.watchers == card.watchers == 2000
    assert (card.program, playback.program) == ("app", "benchmarks.fast_device")


def test_where_a_device_is_played_back_everyone_has_a_core() -> None:
    """One process of the service and one of clients on two cores; several where there are as many for each."""
    small, large = Size.played_back(2), Size.played_back(16)
    assert (small.processes, small.clients) == ((1,), 1)
    assert (large.processes, large.clients) == ((1, 4, 6, 8), 8)
    for cores in range(1, 33):
        size = Size.played_back(cores)
        assert max(size.processes) + size.clients <= max(cores, 2)
