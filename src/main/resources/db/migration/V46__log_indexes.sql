-- The log of a webhook is asked for by workspace and webhook. With both in one index, and in this order, no plan can prefer to look
-- for a quiet webhook's lines in all of its workspace's.
create index delivery_log on delivery (workspace_id, webhook_id, id desc);
drop index delivery_webhook;

-- Failed deliveries are counted from the index alone, pings left out.
drop index delivery_failed;
create index delivery_failed on delivery (workspace_id, id desc) include (webhook_id, event_type) where failed;
