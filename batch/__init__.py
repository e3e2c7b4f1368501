"""The Celery layer: chain, plan, ledger, choreography, runner, job orders, SAFE and the `vds` command."""
