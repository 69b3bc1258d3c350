"""One folder for each lock vendor. Nothing here knows the database."""
