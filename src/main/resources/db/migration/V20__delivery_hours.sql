-- What charts and figures count, so that no page has to look through the log: deliveries by webhook, hour, status and speed.
create table delivery_hour (
    webhook_id text not null,
    hour       timestamptz not null,
    status     text not null,
    -- The latest answer's milliseconds in quarters of an octave: floor(4 * log2(ms)); -1 where there was no answer.
    speed      smallint not null,
    deliveries bigint not null,
    -- Of all answers together.
    millis     bigint not null,
    primary key (webhook_id, hour, status, speed)
);
-- Hours that change yet: something is on its way, or can be retried.
create index delivery_hour_open on delivery_hour (hour) where status in ('queued', 'retrying', 'failed');

-- One row. What was made before this moment is counted.
create table delivery_hour_mark (
    counted_to timestamptz not null
);
insert into delivery_hour_mark
    select coalesce(uuid_extract_timestamp((select id from delivery order by id limit 1)), now());
