"""Learning time: the minutes in which somebody was active, and the credit that they come to."""
