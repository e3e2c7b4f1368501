"""The platform on an OpenStack cloud. No provider's name in here: what differs is a key of the stack file."""
