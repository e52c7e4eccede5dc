"""What becomes of acknowledged writes when something breaks: `python -m tests.faults`."""
