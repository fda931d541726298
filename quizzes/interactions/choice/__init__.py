"""Choice: one of several answers, or all that apply."""
