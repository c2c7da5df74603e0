"""The web face of each item type: how its answer form is read. The rules are in the core."""
