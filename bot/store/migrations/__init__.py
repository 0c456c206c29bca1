"""The steps of the schema. Their names stand here too, so that Alembic is imported only when one is due."""

REVISIONS = ("facts", "fits", "boards", "alerts", "provenance", "score_settings")
HEAD = REVISIONS[-1]
