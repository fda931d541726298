"""The cards of a protocol: questions with exactly one right answer, computed and never typed. Pure."""
