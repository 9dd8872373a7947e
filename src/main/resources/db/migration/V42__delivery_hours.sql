-- What charts and figures read, so that no page looks through the log: deliveries by webhook, the hour in which they were made,
-- status and speed.
create table delivery_hour (
    webhook_id text not null,
    hour       timestamptz not null,
    status     text not null,
    speed      smallint not null,
    deliveries bigint not null,
    -- What the latest answers took together.
    millis     bigint not null,
    primary key (webhook_id, hour, status, speed)
);
create index delivery_hour_hour on delivery_hour (hour);

-- One row: deliveries below this id are counted.
create table delivery_hour_mark (
    counted_to uuid not null
);
insert into delivery_hour_mark
    select coalesce((select id from delivery order by id limit 1), uuidv7());

-- What became of deliveries after they may have been counted: one that has left a state, and one that is in another.
create table delivery_change (
    delivery_id uuid not null,
    webhook_id  text not null,
    status      text not null,
    speed       smallint not null,
    deliveries  smallint not null,
    millis      integer not null
);
create index delivery_change_webhook on delivery_change (webhook_id);

-- The time of the latest answer in quarters of an octave; -1 where there was none.
create function delivery_speed(status_code smallint, duration_ms integer) returns smallint
    immutable parallel safe return case when status_code is null then (-1)::smallint
        else floor(4 * ln(greatest(coalesce(duration_ms, 0), 1)::float8) / ln(2::float8))::smallint end;

create function hour_of(id uuid) returns timestamptz
    immutable parallel safe return date_trunc('hour', uuid_extract_timestamp(id), 'UTC');

create function note_delivery_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        insert into delivery_change values (old.id, old.webhook_id, old.status,
            delivery_speed(old.status_code, old.duration_ms), -1, -coalesce(old.duration_ms, 0));
    end if;
    insert into delivery_change values (new.id, new.webhook_id, new.status,
        delivery_speed(new.status_code, new.duration_ms), 1, coalesce(new.duration_ms, 0));
    return null;
end
$$;
-- Nothing this young is counted yet, so what is delivered at once pays nothing here.
create trigger delivery_changed after update on delivery for each row
    when (old.status <> new.status and old.event_type <> 'ping'
        and uuid_extract_timestamp(old.id) < now() - interval '10 seconds')
    execute function note_delivery_change();
-- A recovered event's delivery is made as of the time of the event.
create trigger delivery_made_late after insert on delivery for each row
    when (new.event_type <> 'ping' and uuid_extract_timestamp(new.id) < now() - interval '10 seconds')
    execute function note_delivery_change();
