# SPDX-License-Identifier: ISC
"""What several files of tests share."""
import pytest

from lab.nameplace import Place


@pytest.fixture(scope="session", name="world")
def fixture_world(tmp_path_factory):
    """The whole DNS of lab/nameworld.py."""
    place = Place(tmp_path_factory.mktemp("world"), "nameroom.py", "world")
    yield place
    place.close()
