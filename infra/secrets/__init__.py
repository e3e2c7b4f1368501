"""`make secrets`: the broker's password and TLS, made here and kept as encrypted Pulumi configuration."""
