"""What the ledger knows, as Prometheus reads it.

`read` looks at the ledger, `tally` counts attempts and `families` names the figures (both pure), `server`
answers scrapes.
"""
