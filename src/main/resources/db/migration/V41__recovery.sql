-- What a webhook was when: tells why it did not get an event, and which events it missed. By the database's clock, as are the
-- keys of events.
create table webhook_history (
    id         uuid primary key default uuidv7(),
    webhook_id text not null references webhook,
    at         timestamptz not null,
    status     text not null,
    reason     text,
    events     text[] not null,
    deleted    boolean not null
);
create index webhook_history_at on webhook_history (webhook_id, at desc, id desc);

create function note_webhook() returns trigger language plpgsql as $$
begin
    insert into webhook_history (webhook_id, at, status, reason, events, deleted)
    values (new.id, clock_timestamp(), new.status, new.disabled_reason, new.events, new.deleted_at is not null);
    return null;
end
$$;
create trigger webhook_created after insert on webhook for each row execute function note_webhook();
create trigger webhook_changed after update on webhook for each row
    when ((old.status, old.events, old.deleted_at) is distinct from (new.status, new.events, new.deleted_at))
    execute function note_webhook();

-- Of what was before, only the present is known.
insert into webhook_history (webhook_id, at, status, reason, events, deleted)
select id, created_at, status, disabled_reason, events, deleted_at is not null from webhook;

-- Work on many deliveries, done piece by piece: what a piece did and where the next one begins are committed together.
create table job (
    id           uuid primary key default uuidv7(),
    workspace_id text not null references workspace,
    kind         text not null check (kind in ('retry', 'recover')),
    -- Null for all webhooks of the workspace.
    webhook_id   text,
    -- Which deliveries, as a log's filter says it.
    event_type   text,
    status_code  text,
    text         text,
    since        timestamptz,
    until        timestamptz,
    status       text not null check (status in ('running', 'done', 'cancelled')),
    note         text,
    -- How many there were when it was begun, at least; how many it has done, and how many it could not.
    total        integer not null,
    made         integer not null default 0,
    passed_over  integer not null default 0,
    position     uuid,
    stepped_at   timestamptz not null,
    created_by   text not null,
    created_at   timestamptz not null,
    finished_at  timestamptz
);
create index job_workspace on job (workspace_id, id desc);
create index job_running on job (id) where status = 'running';
create unique index job_recovering on job (webhook_id) where status = 'running' and kind = 'recover';
