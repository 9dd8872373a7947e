-- In a database that was restored from a dump, transactions are counted anew. The events feed goes by their numbers, and events of
-- the future would never come.
do $$
begin
    if not exists (select from pg_attribute where attrelid = to_regclass('event') and attname = 'published') then
        return; -- A database that is migrated to an earlier version only.
    end if;
    if (select published from event order by key desc limit 1) >= pg_snapshot_xmax(pg_current_snapshot()) then
        update event set published = '1' where published >= pg_snapshot_xmax(pg_current_snapshot());
        update erasure set begun = '1', published = '0', event_key = '00000000-0000-0000-0000-000000000000'
        where status = 'running' and delivery is null;
        update body_retention set published = '0', event_key = '00000000-0000-0000-0000-000000000000';
    end if;
end
$$;
