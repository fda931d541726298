"""What every slice stands on: database, unit of work, settings, errors, events, outbox, forms and pages."""
