# SPDX-License-Identifier: ISC
"""Sendmail: honest mail of many people, a forward in virtusertable, a letter to
all customers, wrong passwords and strangers at the door. Nothing is wrong."""
from lab.scenarios import opensmtpd_busy_clean

SETTING = {"people": 14, "days": 2, "server": "sendmail"}
build = opensmtpd_busy_clean.build
