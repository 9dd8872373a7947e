-- Needs PostgreSQL 18 or later: ids come from uuidv7(), so that they sort by time and carry their day.

create table workspace (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null default now()
);

-- People and keys -----------------------------------------------------------------------------------------------------

create table person (
    id            uuid primary key default uuidv7(),
    workspace_id  text not null references workspace,
    email         text not null,
    name          text not null,
    password_hash text not null,
    role          text not null check (role in ('admin', 'agent')),
    created_at    timestamptz not null default now()
);
create unique index person_email on person (lower(email));

create table session (
    token_hash bytea primary key,
    person_id  uuid not null references person on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_person on session (person_id);
create index session_expires on session (expires_at);

-- Failed attempts of the last minutes; throttles guessing, on all replicas together.
create table sign_in_attempt (
    id      uuid primary key default uuidv7(),
    account text not null,
    address text not null,
    at      timestamptz not null
);
create index sign_in_attempt_account on sign_in_attempt (account, at);
create index sign_in_attempt_address on sign_in_attempt (address, at);
create index sign_in_attempt_at on sign_in_attempt (at);

create table api_key (
    id           uuid primary key default uuidv7(),
    workspace_id text not null references workspace,
    name         text not null,
    prefix       text not null,
    key_hash     bytea not null unique,
    scopes       text[] not null,
    allowed_ips  text[] not null default '{}',
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_key_workspace on api_key (workspace_id);

create table audit_entry (
    id           uuid primary key default uuidv7(),
    workspace_id text not null references workspace,
    at           timestamptz not null,
    actor        text not null,
    action       text not null,
    subject      text not null,
    detail       text not null default '',
    ip           text not null default ''
);
create index audit_entry_workspace on audit_entry (workspace_id, id desc);

-- Configuration -------------------------------------------------------------------------------------------------------

create table webhook (
    id              text primary key,
    workspace_id    text not null references workspace,
    url             text not null,
    description     text not null default '',
    events          text[] not null,
    status          text not null check (status in ('unverified', 'active', 'disabled')),
    disabled_reason text,
    -- Both encrypted; the pending one becomes current at pending_from.
    secret          bytea not null,
    pending_secret  bytea,
    pending_from    timestamptz,
    ping_at         timestamptz,
    ping_ok         boolean,
    ping_status     integer,
    ping_duration   integer,
    ping_error      text,
    ping_message    text,
    version         integer not null default 0,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    -- A deleted webhook stays for its log.
    deleted_at      timestamptz
);
create index webhook_workspace on webhook (workspace_id) where deleted_at is null;

-- The log: partitioned by the day that the time-sorted key carries ----------------------------------------------------

create table event (
    key          uuid not null,
    workspace_id text not null,
    id           text not null,
    type         text not null,
    occurred_at  timestamptz not null,
    -- The request body, byte for byte as it is sent.
    body         bytea not null,
    primary key (key)
) partition by range (key);

-- Makes publishing idempotent: one row an event, for as long as the event is kept.
create table event_id (
    workspace_id text not null,
    id           text not null,
    key          uuid not null,
    primary key (workspace_id, id)
);
create index event_id_key on event_id (key);

create table delivery (
    id           uuid not null,
    workspace_id text not null,
    webhook_id   text not null,
    event_key    uuid not null,
    event_id     text not null,
    event_type   text not null,
    status       text not null check (status in ('queued', 'retrying', 'delivered', 'failed', 'cancelled')),
    -- Attempts of any kind, and the outcome of the latest.
    attempts     smallint not null default 0,
    attempted_at timestamptz,
    status_code  smallint,
    error_code   text,
    duration_ms  integer,
    primary key (id)
) partition by range (id);
create index delivery_webhook on delivery (webhook_id, id desc);
create index delivery_workspace on delivery (workspace_id, id desc);
create index delivery_failed on delivery (workspace_id, id desc) where status = 'failed';
create index delivery_event on delivery (event_key);

create table attempt (
    delivery_id      uuid not null,
    number           smallint not null,
    trigger          text not null check (trigger in ('automatic', 'manual')),
    started_at       timestamptz not null,
    duration_ms      integer,
    status_code      smallint,
    error_code       text,
    error_message    text,
    url              text not null,
    -- Headers as JSON: [["name", "value"], …].
    request_headers  text not null,
    response_headers text,
    response_body    bytea,
    truncated        boolean not null default false,
    primary key (delivery_id, number)
) partition by range (delivery_id);

-- The queue: only what is not finished --------------------------------------------------------------------------------

-- A replica that is alive; its lease covers all deliveries that it owns.
create table replica (
    id          uuid primary key,
    started_at  timestamptz not null,
    lease_until timestamptz not null
);

create table work (
    delivery_id     uuid primary key,
    workspace_id    text not null,
    webhook_id      text not null,
    event_key       uuid not null,
    -- Attempts made so far of any kind; fences a late result of a lost lease.
    attempts        smallint not null default 0,
    -- Automatic attempts made so far; what the retry schedule counts.
    tries           smallint not null default 0,
    trigger         text not null default 'automatic',
    -- When the next attempt is due; 'infinity' while the webhook is unverified.
    due_at          timestamptz not null,
    -- The automatic schedule, kept while a manual retry goes first; null when there is none.
    scheduled_for   timestamptz,
    -- Somebody asked for a retry while an attempt was in flight.
    retry_requested boolean not null default false,
    owner           uuid
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0);
create index work_waiting on work (webhook_id, due_at) where owner is null;
create index work_owned on work (owner) where owner is not null;
create index work_webhook on work (webhook_id);

-- Nothing is lost where a partition was not made in time; the scheduler makes the others ahead.
create table event_default partition of event default;
create table delivery_default partition of delivery default;
create table attempt_default partition of attempt default;
