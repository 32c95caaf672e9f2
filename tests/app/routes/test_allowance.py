from pathlib import Path

from app.routes.allowance import most_of_each
from tests.app.tiny import settings_for


def test_a_client_has_a_quarter(tmp_path: Path) -> None:
    """Of what the default settings allow all together."""
    assert most_of_each(settings_for(tmp_path)) == {
        "drawings": 128,
        "live-drawings": 512,
        "pictures": 64,
        "websockets": 256,
    }


def test_a_client_has_what_a_page_needs(tmp_path: Path) -> None:
    """However small the service is: two of the largest sheets, and some pictures and sockets."""
    small = settings_for(tmp_path, batch_limit=1, queue_limit=1, sockets_limit=1, max_count=100)
    assert most_of_each(small) == {"drawings": 200, "live-drawings": 32, "pictures": 16, "websockets": 16}


def test_one_setting_turns_it_off(tmp_path: Path) -> None:
    """A share of one is no limit, not even of what all may have."""
    assert most_of_each(settings_for(tmp_path, client_share=1)) is None
