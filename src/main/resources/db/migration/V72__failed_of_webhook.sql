-- What failed at one webhook is looked for by itself: a webhook that never failed must not go through the failures of its neighbours.
create index delivery_failed_log on delivery (workspace_id, webhook_id, id desc) include (event_type) where failed;
