"""Item types: what makes a question of each kind well formed, and what makes a response right."""
