import gzip

from app.formats.asset import Asset


def test_compressed_bytes_do_not_depend_on_the_time() -> None:
    """Two processes send the same bytes, and they are the file's."""
    one, other = Asset("a.js", b"text" * 99), Asset("a.js", b"text" * 99)
    assert one.zipped == other.zipped
    assert gzip.decompress(one.zipped) == one.content
