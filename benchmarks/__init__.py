"""How fast and how small the server is, beside a ladder of bare steps and other frameworks, in the same run."""
