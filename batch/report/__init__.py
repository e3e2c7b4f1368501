"""What the ledger tells people: status, trace, report, and the bound that no schedule can beat."""
