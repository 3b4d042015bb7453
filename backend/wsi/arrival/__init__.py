"""What happens to a file between its upload and its place in the worklist, in a process of its own."""
