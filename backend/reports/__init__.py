"""From a review to what leaves the building: `content` says what a report holds, each other module is one format."""
