"""Host apps that Papilla is mounted in."""
