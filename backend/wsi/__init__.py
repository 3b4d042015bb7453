"""Reading whole slide images, judging them, and writing pyramids."""
