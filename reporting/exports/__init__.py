"""Files that people take away, made from plain data: nothing here asks the database or reads the clock."""
