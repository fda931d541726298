"""Deeds of spaced review: filling decks, answering cards, mini-cases, confirmations."""
