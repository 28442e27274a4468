# SPDX-License-Identifier: ISC
"""Bounces of many mail systems: who was it for, and why was it refused?"""

import pytest

import bounce_mail
import bounce_zoo


@pytest.fixture(name="found", scope="module")
def fixture_found(tmp_path_factory):
    import json
    import subprocess
    import conftest
    d = tmp_path_factory.mktemp("zoo")
    box = bounce_mail.mbox(d / "box", [z[1] for z in bounce_zoo.ZOO])
    (d / "empty.log").write_text("")
    done = subprocess.run(
        [conftest.BINARY, "bounces", str(box), "--log", str(d / "empty.log"),
         "--offline", "--json", "--top", "1000"], capture_output=True, check=False)
    return {b["message"]: b for b in json.loads(done.stdout)["bounces"]}


@pytest.mark.parametrize("n", range(len(bounce_zoo.ZOO)),
                         ids=[z[0] for z in bounce_zoo.ZOO])
def test_zoo(found, n):
    name, _, who, reason = bounce_zoo.ZOO[n]
    assert n + 1 in found, name + " is not taken for a bounce"
    recipients = found[n + 1]["recipients"]
    assert [r["address"] for r in recipients] == [who]
    if reason:
        assert recipients[0]["reason"] == reason
