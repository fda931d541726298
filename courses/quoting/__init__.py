"""Values of the protocol that lessons quote: which have changed, and who has looked at the lesson since."""
