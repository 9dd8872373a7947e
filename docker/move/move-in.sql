-- Stores the workspace that move-out.sql wrote, all or nothing, while replicas run. src/docs/scaling.md describes how to move a workspace.
\set QUIET on
\set ON_ERROR_STOP on
begin;
select set_config('client_min_messages', 'warning', true) \g /dev/null
-- In an order that respects their references.
select set_config('nexadesk.tables', 'workspace person api_key audit_entry webhook webhook_history webhook_failing attempt_hour'
    ' alert_channel alert notice event event_id delivery attempt job job_delivery erasure body_retention work', false) \g /dev/null
do $$
declare
    name text;
begin
    foreach name in array string_to_array(current_setting('nexadesk.tables'), ' ') loop
        execute format('create temp table %I as select * from %I with no data', 'moved_' || name, name);
    end loop;
end
$$;
\i :data
\if :{?complete}
\else
    \warn 'The file is not complete. Nothing was stored. Write it again.'
    rollback;
    \quit
\endif

do $$
declare
    name text;
    day date;
begin
    -- Creates partitions for the days of its log for which this cell has none.
    for name, day in
        select log, found.day from (
            select 'event' as log, key as id from moved_event union all select 'delivery', id from moved_delivery) ids
        cross join lateral (select (uuid_extract_timestamp(ids.id) at time zone 'UTC')::date as day) found
        where to_regclass(log || to_char(found.day, '_YYYYMMDD')) is null group by 1, 2
    loop
        perform make_log_partition(name, day);
        if name = 'delivery' then
            perform make_log_partition('attempt', day);
        end if;
    end loop;
end
$$;
-- Committed here, so that other transactions wait for the partitions but not for the rows.
commit;
begin;
select set_config('client_min_messages', 'warning', true) \g /dev/null
do $$
declare
    name text;
    own_columns text;
    moved bigint;
begin
    -- The moved history already contains the rows that a trigger on webhooks has just added.
    foreach name in array string_to_array(current_setting('nexadesk.tables'), ' ') loop
        if name = 'webhook_history' then
            delete from webhook_history where webhook_id in (select id from moved_webhook);
        end if;
        -- Each database has its own row numbers and transaction numbers.
        select string_agg(quote_ident(attname), ', ' order by attnum) into own_columns from pg_attribute
        where attrelid = to_regclass(name) and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
            and (atttypid <> 'xid8'::regtype) and not (name = 'body_retention' and attname in ('event_key', 'delivery'));
        execute format('insert into %I (%s) select %2$s from %I', name, own_columns, 'moved_' || name);
        get diagnostics moved = row_count;
        if moved > 0 then
            raise warning '%: %', name, moved;
        end if;
    end loop;
end
$$;
-- Counts the deliveries as later changes.
insert into delivery_change select id, webhook_id, status, duration_bucket_of(status_code, duration_ms), 1, coalesce(duration_ms, 0)
    from moved_delivery where event_type <> 'ping';
commit;
