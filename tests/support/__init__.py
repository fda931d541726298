"""What the test suites share: databases, applications, people, content folders, servers."""
