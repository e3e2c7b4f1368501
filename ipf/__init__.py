"""Reference IPFs: open, simplified implementations behind the real names, job orders and PDIs."""
