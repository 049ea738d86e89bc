"""What the controllers do every scan, a room for each type of device."""
