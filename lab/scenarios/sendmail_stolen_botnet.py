# SPDX-License-Identifier: ISC
"""Sendmail: a stolen password, 40 bots; the owner goes on working."""
from lab.scenarios import opensmtpd_stolen_botnet

SETTING = {"people": 8, "days": 2, "server": "sendmail"}
build = opensmtpd_stolen_botnet.build
