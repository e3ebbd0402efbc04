"""One module for each engine, written as its best user would write it."""
