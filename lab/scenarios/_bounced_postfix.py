# SPDX-License-Identifier: ISC
"""Bounces of Postfix: see _bounced.py."""
from lab.scenarios import _bounced

SETTING = _bounced.setting("postfix")
build = _bounced.builder(30, 36)
