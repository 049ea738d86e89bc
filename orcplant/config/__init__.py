"""Config files: TOML in the units people use -> frozen models -> specifications in SI.

```
toml.py        a file -> a table, or the line and column that is wrong
fields.py      types of single values: number, range, choice
section.py     base of all tables; what pydantic finds becomes one line: file, key, value, limit
case.py        CASE.toml: keys, and the rules between them that need no properties
case_spec.py   CASE.toml -> CycleSpec: the rules that need properties, and the units
case_media.py  the same for [geofluid] and [cooling]
place.py       file, table and key of a value, for those rules
check.py       which kind of file is this, and is it right
schema.py      JSON Schema of every kind of file
```

Every failure is a `ConfigError` of one line. Nothing behind this package sees a file or a pydantic model.
"""
