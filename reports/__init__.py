"""Reads MLflow and turns the records into a comparison; never trains."""
