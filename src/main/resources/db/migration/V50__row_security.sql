-- The second lock between workspaces. The application acts in one of three roles, none of which owns a table:
--   nexadesk_workspace  pages and REST, for the one workspace that the transaction names in nexadesk.workspace
--   nexadesk_entry      who is at the door: sessions, keys and passwords, before a workspace is known
--   nexadesk_engine     publishing, sending and what comes round, for all workspaces
-- The owner, who migrates, goes on seeing everything: so does a replica of the version before, while an upgrade rolls.

do $$
declare
    wanted text;
begin
    foreach wanted in array array['nexadesk_workspace', 'nexadesk_entry', 'nexadesk_engine'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
        exception when duplicate_object or unique_violation then
            null; -- For another database of this server, at the same moment.
        end;
        if not pg_has_role(wanted, 'set') then
            execute format('grant %I to current_user with inherit false, set true', wanted);
        end if;
    end loop;
exception when insufficient_privilege then
    raise exception 'The database user % may not make the roles that NexaDesk Webhooks needs. Have a superuser run this once, then start again: %',
        current_user,
        coalesce((select string_agg(format('create role %I nologin; ', name), '')
            from unnest(array['nexadesk_workspace', 'nexadesk_entry', 'nexadesk_engine']) name
            where name not in (select rolname from pg_roles)), '')
        || format('grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to %I with inherit false, set true;', current_user);
end
$$;

grant usage on schema ${flyway:defaultSchema} to nexadesk_workspace, nexadesk_entry, nexadesk_engine;

-- What each may do at all. Nobody changes the audit log, and the engine never sees people, their sessions or keys.
grant select, insert, update, delete on work to nexadesk_workspace, nexadesk_engine;
grant select, insert, update on delivery, webhook, job to nexadesk_workspace, nexadesk_engine;
grant delete on delivery to nexadesk_engine;
grant select, insert on webhook_history to nexadesk_workspace, nexadesk_engine;
grant select, insert on delivery_change to nexadesk_workspace;
grant select on event, event_id, attempt, delivery_hour, delivery_hour_mark to nexadesk_workspace;
grant select, delete on webhook_failing to nexadesk_workspace;
grant select, insert, update on api_key to nexadesk_workspace;
grant select, update on person to nexadesk_workspace;
grant select, insert, delete on session to nexadesk_workspace;
grant select, insert on audit_entry to nexadesk_workspace;
-- Only so that it can be locked.
grant select, update (name) on workspace to nexadesk_workspace;

grant select, insert on workspace, person to nexadesk_entry;
grant select, insert, delete, update (expires_at) on session to nexadesk_entry;
grant select, update (last_used_at) on api_key to nexadesk_entry;
grant select, insert, delete on sign_in_attempt to nexadesk_entry;
grant insert on audit_entry to nexadesk_entry;

grant select, insert, update, delete on event, event_id, attempt, webhook_failing, delivery_hour, delivery_hour_mark,
    delivery_change, replica, rate_window, idempotent_request to nexadesk_engine;
grant select on workspace to nexadesk_engine;
grant select (key_hash) on api_key to nexadesk_engine;
grant insert on audit_entry to nexadesk_engine;
grant select on flyway_schema_history to nexadesk_engine;

-- Which rows. A partition has no grants: all reach it through its parent, whose policies count then.
create index webhook_of_workspace on webhook (workspace_id);

do $$
declare
    here constant text := 'current_setting(''nexadesk.workspace'', true)';
    of_webhook constant text := 'webhook_id = any (array(select w.id from webhook w where w.workspace_id = ' || here || '))';
    found record;
begin
    for found in
        select * from (values
            ('workspace', 'id = ' || here),
            ('person', 'workspace_id = ' || here),
            ('session', 'exists (select from person p where p.id = person_id and p.workspace_id = ' || here || ')'),
            ('api_key', 'workspace_id = ' || here),
            ('audit_entry', 'workspace_id = ' || here),
            ('webhook', 'workspace_id = ' || here),
            ('webhook_history', of_webhook),
            ('webhook_failing', of_webhook),
            ('event', 'workspace_id = ' || here),
            ('event_id', 'workspace_id = ' || here),
            ('delivery', 'workspace_id = ' || here),
            ('attempt', 'exists (select from delivery d where d.workspace_id = ' || here || ' and d.id = delivery_id)'),
            ('work', 'workspace_id = ' || here),
            ('delivery_hour', of_webhook),
            ('delivery_change', of_webhook),
            ('job', 'workspace_id = ' || here)) t (name, is_own)
    loop
        execute format('alter table %I enable row level security, force row level security', found.name);
        execute format('create policy owner on %I to current_user using (true)', found.name);
        execute format('create policy engine on %I to nexadesk_engine using (true)', found.name);
        execute format('create policy workspace on %I to nexadesk_workspace using (%s)', found.name, found.is_own);
    end loop;
end
$$;

create policy entry on session to nexadesk_entry using (true);
create policy entry on api_key to nexadesk_entry using (true);
create policy entry on audit_entry for insert to nexadesk_entry with check (true);
create policy entry_reads on workspace for select to nexadesk_entry using (true);
create policy entry_reads on person for select to nexadesk_entry using (true);
-- The first admin is made at the door, and nobody after.
create policy first on workspace for insert to nexadesk_entry with check (not exists (select from person));
create policy first on person for insert to nexadesk_entry with check (not exists (select from person));

-- The log's partitions belong to its owner. The engine has them made and dropped, and can do nothing else to a table.
create function make_log_partition(log text, day date) returns void language plpgsql security definer
    set search_path = ${flyway:defaultSchema}, pg_temp as $$
begin
    if log not in ('event', 'delivery', 'attempt') then
        raise exception '% is no log.', log;
    end if;
    -- Every delivery is updated right after it was stored; on its page, that costs no index anything.
    execute format('create table %I partition of %I for values from (%L) to (%L)%s',
        log || to_char(day, '_YYYYMMDD'), log, first_id_of(day), first_id_of(day + 1),
        case log when 'delivery' then ' with (fillfactor = 60)' else '' end);
end
$$;

create function drop_log_partition(log text, day date) returns void language plpgsql security definer
    set search_path = ${flyway:defaultSchema}, pg_temp as $$
begin
    if log not in ('event', 'delivery', 'attempt') then
        raise exception '% is no log.', log;
    end if;
    execute format('drop table %I', log || to_char(day, '_YYYYMMDD'));
end
$$;

-- The lowest time-sorted id of a day, in UTC.
create function first_id_of(day date) returns uuid immutable parallel safe
    return rpad(lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

revoke execute on function make_log_partition, drop_log_partition from public;
grant execute on function make_log_partition, drop_log_partition to nexadesk_engine;
