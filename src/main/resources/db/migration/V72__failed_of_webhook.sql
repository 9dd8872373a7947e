-- What failed at one webhook is looked for by itself: a webhook that never failed must not go through the failures of its neighbours.
create index delivery_failed_log on delivery (workspace_id, webhook_id, id desc) include (event_type) where failed;

-- The other one has the webhook no more: with it, a plan could take this index for one webhook, too.
drop index delivery_failed;
create index delivery_failed on delivery (workspace_id, id desc) include (event_type) where failed;
