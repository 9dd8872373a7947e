-- When a key was used in the last minute: one row a key. Unlogged, for it is worth nothing after a crash.
create unlogged table request_window (
    key_hash bytea primary key,
    -- Of the requests that were taken.
    times    timestamptz[] not null,
    -- The latest request, taken or not.
    asked_at timestamptz not null,
    refused  boolean not null
) with (fillfactor = 50);
grant select, insert, update on request_window to nexadesk_engine;

-- Counted by the minute, and was in no released version.
drop table rate_window;
