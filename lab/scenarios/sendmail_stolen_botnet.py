# SPDX-License-Identifier: ISC
"""Sendmail: a stolen password, 40 bots; the owner goes on working."""
from lab.scenarios import exim_stolen_botnet

SETTING = {"people": 8, "days": 2, "server": "sendmail"}
build = exim_stolen_botnet.build
