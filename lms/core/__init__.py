"""What is right and wrong: values in, values out. No web, no database, no clock, no files."""
