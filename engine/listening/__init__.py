"""What the window needs to show a recording: read once into a sketch, drawn tile by tile."""
