import pytest
from pydantic import TypeAdapter, ValidationError

from app.formats.picture.length import LengthText

READER = TypeAdapter[object](LengthText)


@pytest.mark.parametrize(
    ("text", "pixels", "unit"),
    [
        *(("200", 200, "px"), ("200px", 200, "px"), ("1in", 96, "in"), ("2.54cm", 96, "cm"), ("25.4mm", 96, "mm")),
        *(("72pt", 96, "pt"), ("0.5in", 48, "in"), ("3.", 3, "px"), ("80MM", 302.362, "mm")),
    ],
)
def test_units_are_those_of_css(text: str, pixels: float, unit: str) -> None:
    """An inch is 96 pixels, whichever unit says it."""
    found = READER.validate_python(text)
    assert getattr(found, "pixels") == pytest.approx(pixels)  # noqa: B009 - the adapter knows no type
    assert getattr(found, "unit") == unit  # noqa: B009


@pytest.mark.parametrize(
    "text", ["", "mm", "-1", "1e3", "1em", "1 mm", "٣", "nan", "inf", "123456", "1mmm", ".", 5, None]
)
def test_what_is_no_length_is_refused(text: object) -> None:
    """With an example of one."""
    with pytest.raises(ValidationError, match="80mm"):
        READER.validate_python(text)
