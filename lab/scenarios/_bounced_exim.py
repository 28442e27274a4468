# SPDX-License-Identifier: ISC
"""Bounces of Exim: see _bounced.py."""
from lab.scenarios import _bounced

SETTING = _bounced.setting("exim")
build = _bounced.builder(12, 10)
