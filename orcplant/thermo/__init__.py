"""One ORC unit: pure functions, SI units, arrays in and arrays out, no files and no logging."""
