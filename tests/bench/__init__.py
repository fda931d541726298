"""The bench: Papilla against a bare view and a hand-written app, on the same server in the same run."""
