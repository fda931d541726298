"""Cases: patients' records whose statements point at findings. No framework."""
