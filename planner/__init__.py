"""Shanfu: a budget and schedule planner for mine restoration."""
