"""Conversations without a server: transcripts, what they exercise, how a live one becomes one."""
