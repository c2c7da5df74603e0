"""courses/ and question_banks/ to and from the database, through the features' services."""
