"""What a study left in MLflow: read, joined, selected."""
