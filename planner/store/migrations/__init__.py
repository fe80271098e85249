"""How a store's tables come to be as they are today: one step a file, run by Alembic in one transaction."""
