"""Concordance: how new information changes a judgement, held against the votes of a panel of experts."""
