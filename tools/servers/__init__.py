"""Real servers on this host, for tests and for people to try: PostgreSQL, and MLflow with its records in it."""
