-- Active webhooks whose attempts have only failed of late. A row goes with the first success, and when the webhook is changed
-- so that the past says nothing any more.
create table webhook_failing (
    webhook_id text primary key references webhook,
    -- The first failure after the last success.
    since      timestamptz not null,
    warned     boolean not null default false
);

create function forget_failing() returns trigger language plpgsql as $$
begin
    delete from webhook_failing where webhook_id = new.id;
    return null;
end
$$;
create trigger webhook_begins_anew after update on webhook for each row
    when ((old.status, old.url, old.deleted_at) is distinct from (new.status, new.url, new.deleted_at))
    execute function forget_failing();

-- To find whom to tell.
create index person_workspace on person (workspace_id);
