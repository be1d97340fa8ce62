"""The proof of the delivery promises: `bot-runtime prove`.

Real servers, started through the command line, talk to a provider made of faults while their processes and their store
are killed, frozen and restarted. What happened is judged from outside alone: by the provider's ledger, by what was
answered to webhooks, and by the public API. import-linter keeps every module of the server out of this package.

`records` what was seen · `invariants` (and `turns`, `deliveries`) what must hold of it · `result` its figures, all
pure · `plan` how much of everything · `wire`, `faults`, `provider` the other end of every send · `sender`, `mail`,
`workload` webhooks in · `office` campaigns · `servers`, `chaos` processes and their ends · `run` one run · `report` for
people.
"""
