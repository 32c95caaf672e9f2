"""The error tree."""

from model import errors


def test_one_tree() -> None:
    """Everything that `model` raises on purpose can be caught by one name, and drawings' faults as ValueError."""
    raised = [error for error in vars(errors).values() if isinstance(error, type)]
    assert len(raised) >= 5
    assert all(issubclass(error, errors.InkstreamError) for error in raised)
    assert issubclass(errors.DrawingError, ValueError)
    assert issubclass(errors.CheckpointMissing, errors.CheckpointError)
    assert issubclass(errors.CheckpointCorrupt, errors.CheckpointError)
