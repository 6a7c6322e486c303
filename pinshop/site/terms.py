"""The terms of sale. Approvals and orders store the version that was accepted; a change of the text needs a new one."""

VERSION = "2026-12.1"
