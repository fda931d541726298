"""Clinical protocols as data, and the rules that turn a patient's record into a decision. No framework."""
