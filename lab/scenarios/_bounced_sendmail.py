# SPDX-License-Identifier: ISC
"""Bounces of Sendmail: see _bounced.py."""
from lab.scenarios import _bounced

SETTING = _bounced.setting("sendmail")
build = _bounced.builder(30, 12)
