"""What the services and pages of progress read: a unit's year, a report's sheet, the review's lists."""
