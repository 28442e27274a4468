# SPDX-License-Identifier: ISC
"""OpenSMTPD 7.6: a stolen password, 40 bots; the owner goes on working."""
from lab.scenarios import exim_stolen_botnet

SETTING = {"people": 8, "days": 2, "server": "opensmtpd"}
build = exim_stolen_botnet.build
