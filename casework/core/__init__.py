"""What every package stands on and no domain: database, transaction, events, queue, clock, settings, errors, mailer."""
