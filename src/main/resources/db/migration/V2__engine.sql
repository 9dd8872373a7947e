-- Fewer indexes on the way of an event. Each one that is left serves a page, a lease or a key.

-- One key for the log of a workspace and for finding a delivery. A delivery's state is changed right after it was stored:
-- no index may hold a column that such a change touches, or every index would have to be written again.
drop index delivery_failed;
drop index delivery_workspace;
-- The deliveries of an event are made with it, so they are found by the time that both keys carry.
drop index delivery_event;
alter table delivery drop constraint delivery_pkey;
alter table delivery add primary key (workspace_id, id);
alter table delivery add column failed boolean not null generated always as (status = 'failed') stored;
create index delivery_failed on delivery (workspace_id, id desc) where failed;

-- Read by the retention only, which takes old keys from one end.
drop index event_id_key;
create index event_id_key on event_id using brin (key) with (autosummarize = on);

-- What is waiting and what is leased have an index each.
drop index work_webhook;
