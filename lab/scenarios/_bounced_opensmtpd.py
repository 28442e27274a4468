# SPDX-License-Identifier: ISC
"""Bounces of OpenSMTPD: see _bounced.py."""
from lab.scenarios import _bounced

SETTING = _bounced.setting("opensmtpd")
build = _bounced.builder(20, 12)
