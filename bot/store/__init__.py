"""Where the facts are kept: SQLAlchemy Core on aiosqlite."""
