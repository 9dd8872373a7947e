-- How often a key was used of late: one row a key. Unlogged, for it is worth nothing after a crash.
create unlogged table rate_window (
    key_hash bytea primary key,
    -- Minutes since 1970, and the requests in that one and in the one before.
    minute   bigint not null,
    used     integer not null,
    before   integer not null,
    refused  boolean not null
) with (fillfactor = 50);

-- What was asked with an Idempotency-Key, and what was answered: null while it is under way.
create table idempotent_request (
    key_hash     bytea primary key,
    request_hash bytea not null,
    started_at   timestamptz not null,
    status       integer,
    -- Encrypted with a key that only the caller has: answers may hold a signing secret.
    answer       bytea
);
create index idempotent_request_started on idempotent_request (started_at);
