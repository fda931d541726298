"""Search over the lessons, the glossary and the protocol of courses, and the pages of the latter two."""
