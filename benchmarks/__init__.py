"""Programs that measure asyncgen and its peers side by side; see README.md."""
