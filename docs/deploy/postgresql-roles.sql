-- Once, as an administrator, in the database that is to be Vetted's. Two roles: vetted_owner makes and changes the
-- tables, vetted serves. Give each a password (\password) or let pg_hba.conf tell them by certificate.
create role vetted_owner login;
create role vetted login;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to vetted_owner, vetted', current_database());
end $$;

revoke all on schema public from public;
grant usage, create on schema public to vetted_owner;
grant usage on schema public to vetted;
