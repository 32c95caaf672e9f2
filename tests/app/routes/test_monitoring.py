from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient


def test_prometheus_can_read_it(client: TestClient) -> None:
    """The text parses; what was drawn is in it, and the memory of the process."""
    client.get("/draw/cat")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert found["inkstream_points"].samples[0].value > 0
    assert found["process_resident_memory_bytes"].samples[0].value > 2**20
    assert found["inkstream_websockets_limit"].samples[0].value == 1024  # which an alert compares with those open
    assert client.get("/metrics?x=1").status_code == 422
