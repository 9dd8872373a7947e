-- A database that was restored from a dump counts transactions from a lower number. The events feed is ordered by these numbers, so
-- events with higher ones would never appear.
do $$
begin
    if not exists (select from pg_attribute where attrelid = to_regclass('event') and attname = 'published') then
        return; -- The database is migrated only to an earlier version.
    end if;
    if (select published from event order by key desc limit 1) >= pg_snapshot_xmax(pg_current_snapshot()) then
        update event set published = '1' where published >= pg_snapshot_xmax(pg_current_snapshot());
        update erasure set begun = '1', published = '0', event_key = '00000000-0000-0000-0000-000000000000'
        where status = 'running' and delivery is null;
        update body_retention set published = '0', event_key = '00000000-0000-0000-0000-000000000000';
    end if;
end
$$;
