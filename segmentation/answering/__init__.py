"""Answers for assistants: from the published file, with their caveats, or a refusal."""
