"""Providers: what they send us, read and verified; what we send them, written within their limits."""
