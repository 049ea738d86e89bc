"""Results for people and programs: text, JSON, HTML and figures, in English and Chinese."""
