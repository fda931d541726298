"""Mutation testing of the case engine: which changes of the code no test notices."""
