"""What the pages show, worked out without Qt: immutable updates in, texts and positions out."""
