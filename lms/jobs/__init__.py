"""The outbox: mail and background work as rows of the transaction that wants them done."""
