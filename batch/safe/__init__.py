"""L0c PDIs on disk: names, metadata, framing of the packets, manifest, checks."""
