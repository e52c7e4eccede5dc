"""Coverage-guided fuzzing of everything that reads text of strangers: `make fuzz`."""
