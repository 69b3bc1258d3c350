"""Whether somebody has signed."""

import io

import pytest
from PIL import Image

from homecare.core.signatures import is_drawn
from tests import make


def pad(mode, paper, line=None):
    picture = Image.new(mode, (60, 20), paper)
    for x in range(10, 50) if line else ():
        picture.putpixel((x, 10), line)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("png", "drawn"),
    [
        pytest.param(make.png(), True, id="a line on white"),
        pytest.param(pad("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)), True, id="a line on glass"),
        pytest.param(pad("RGB", "white"), False, id="white"),
        pytest.param(pad("RGBA", (0, 0, 0, 0)), False, id="glass"),
        pytest.param(pad("RGBA", (0, 0, 0, 0), (9, 9, 9, 0)), False, id="a line of glass"),
        pytest.param(pad("RGB", "white", (250, 250, 250)), False, id="a line nobody sees"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"no picture", False, id="no picture"),
        pytest.param(make.png()[:60], False, id="half a picture"),
    ],
)
def test_what_is_a_signature(png, drawn):
    assert is_drawn(png) is drawn
