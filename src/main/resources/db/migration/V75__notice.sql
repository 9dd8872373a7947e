-- What the admins of a workspace are to be told by mail about a webhook. A row goes when all of them have the mail.
create table notice (
    id         bigint generated always as identity primary key,
    -- No reference, which would lock the webhook after its row in webhook_failing: a change of it locks them the other way round.
    webhook_id text not null,
    kind       text not null check (kind in ('warning', 'disabled', 'gone')),
    created_at timestamptz not null,
    -- How often a replica has begun to mail it. Whoever holds it knows by that whether another one has it now.
    attempts   integer not null default 0,
    -- When to mail it; while a replica does, when the others take that one for dead.
    next_at    timestamptz not null,
    -- The people who have the mail.
    told       uuid[] not null default '{}'
);

alter table notice enable row level security, force row level security;
create policy owner on notice to current_user using (true);
create policy engine on notice to nexadesk_engine using (true);
create policy workspace on notice to nexadesk_workspace
    using (webhook_id = any (array(
        select w.id from webhook w where w.workspace_id = current_setting('nexadesk.workspace', true))));
grant select, insert, update, delete on notice to nexadesk_engine;
