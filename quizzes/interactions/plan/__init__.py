"""Plan: the settings of the session asked for, zone by zone, and of the course of treatment."""
