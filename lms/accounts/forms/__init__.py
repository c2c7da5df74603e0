"""What people type about accounts, and how a refusal comes back to the field it is about."""
