-- As vetted_owner, after each `vetted admin migrate`. The service takes nothing away but what it keeps for a time, and
-- changes neither the history nor events: with this role nobody can.
grant select, insert, update on partner, customer, qualification, review, setting to vetted;
grant select, insert on history, event to vetted;
grant select, insert, update, delete
  on validation_code, recorded_answer, webhook_registration, webhook_delivery, webhook_attempt, throttle_use to vetted;
grant select on kysely_migration, kysely_migration_lock to vetted;
