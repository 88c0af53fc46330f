"""The demo year: an invented story, told to the portal through the same services that people use."""
