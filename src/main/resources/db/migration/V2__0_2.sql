-- From version 0.1 to 0.2. Replicas of 0.1 keep running on this schema while an upgrade rolls out.

-- Everything below runs in one transaction. Waiting for all tables first, in the order in which transactions use them, avoids
-- deadlocks with replicas that are running.
lock table workspace, person, session, sign_in_attempt, api_key, audit_entry, webhook, event_id, event, delivery, attempt,
    replica, work;

-- Roles ---------------------------------------------------------------------------------------------------------------

-- The application acts in one of three roles, none of which owns a table:
--   nexadesk_workspace  pages and REST API, for the workspace that the transaction names in nexadesk.workspace
--   nexadesk_entry      sign-in: sessions, keys, and passwords, before a workspace is known
--   nexadesk_engine     publishing, sending, and scheduled tasks, for all workspaces
-- Their privileges are at the end of this file. The owner still sees everything, and so does a replica of 0.1.
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
            null; -- Created for another database of this server at the same moment.
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

-- People, keys, and requests ------------------------------------------------------------------------------------------

-- Finds the people to notify.
create index person_workspace on person (workspace_id);

-- The names of changed values, and their values before and after the action.
alter table audit_entry
    add column changed text[] not null default '{}',
    add column before text[] not null default '{}',
    add column after text[] not null default '{}',
    add check (cardinality(changed) = cardinality(before) and cardinality(changed) = cardinality(after));

create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log is append-only: % is refused.', tg_op;
end
$$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function refuse_change_of_audit();

-- Sign-ins with OpenID Connect that returned from the provider, so that each counts once.
create table openid_used (
    -- SHA-256 of the state.
    state_hash bytea primary key,
    at         timestamptz not null
);

-- The requests of the last minute, one row per API key. Unlogged because it is worth nothing after a crash.
create unlogged table request_window (
    key_hash bytea primary key,
    -- Times of the accepted requests.
    times    timestamptz[] not null,
    -- Time of the latest request, accepted or not.
    asked_at timestamptz not null,
    refused  boolean not null
) with (fillfactor = 50);

-- Requests with an Idempotency-Key and their responses. The response is null while the request is in progress.
create table idempotent_request (
    key_hash     bytea primary key,
    request_hash bytea not null,
    started_at   timestamptz not null,
    status       integer,
    -- Encrypted with a key that only the caller has, because a response may contain a signing secret.
    answer       bytea
);
create index idempotent_request_started on idempotent_request (started_at);

-- Webhooks ------------------------------------------------------------------------------------------------------------

alter table webhook
    -- Custom request headers, encrypted. Their names are not secret.
    add column headers bytea,
    add column header_names text[] not null default '{}',
    -- Whether its endpoint rejected a ping with wrong signatures; null if unknown.
    add column verifies boolean,
    add column verification_warning_dismissed boolean not null default false,
    add check ((headers is null) = (header_names = '{}'));

-- Unlike webhook_workspace it includes deleted webhooks, which policies need as well.
create index webhook_of_workspace on webhook (workspace_id);

-- All subscriptions (types and patterns) that include this event type. Subscription.covering() does the same.
create function patterns_of(type text) returns text[] immutable parallel safe
    return array[type, split_part(type, '.', 1) || '.*', '*'];

alter table webhook
    -- Conditions on events, and the API keys whose events are left out, as JSON; null if there are none.
    add column filter text,
    -- Counts the changes of the filter.
    add column filter_version integer not null default 0,
    -- Whether deliveries of one record wait for each other. A change of this or the next column counts as a change of the filter.
    add column ordered boolean not null default false,
    -- For how many seconds updates of a record are merged; null if they are not.
    add column coalesce_seconds smallint check (coalesce_seconds between 1 and 300),
    -- Whether deliveries of a record are queued. Merging needs this, too, so that nothing is overtaken.
    add column in_order boolean not null generated always as (ordered or coalesce_seconds is not null) stored,
    -- Its pace: maximum requests per second, and maximum requests in flight.
    add column max_per_second integer check (max_per_second between 1 and 1000),
    add column max_in_flight integer check (max_in_flight between 1 and 1000);
create index webhook_paced on webhook (id) where max_per_second is not null or max_in_flight is not null;

-- Ends a publishing statement that did not evaluate the current filter of a webhook.
create function stale_filter(webhook_id text) returns boolean language plpgsql stable as $$
begin
    raise exception 'The filter of % has changed.', webhook_id using errcode = 'NXF01';
end
$$;

-- Every state of a webhook. Shows why it did not get an event, and which events it missed. Times are the database's, as in the
-- keys of events.
create table webhook_history (
    id         uuid primary key default uuidv7(),
    webhook_id text not null references webhook,
    at         timestamptz not null,
    status     text not null,
    reason     text,
    events     text[] not null,
    filter     text,
    deleted    boolean not null
);
create index webhook_history_at on webhook_history (webhook_id, at desc, id desc);

-- Of existing webhooks, only the current state is known.
insert into webhook_history (webhook_id, at, status, reason, events, deleted)
select id, created_at, status, disabled_reason, events, deleted_at is not null from webhook;

create function note_webhook() returns trigger language plpgsql as $$
begin
    insert into webhook_history (webhook_id, at, status, reason, events, filter, deleted)
    values (new.id, clock_timestamp(), new.status, new.disabled_reason, new.events, new.filter, new.deleted_at is not null);
    return null;
end
$$;
create trigger webhook_created after insert on webhook for each row execute function note_webhook();
create trigger webhook_changed after update on webhook for each row
    when ((old.status, old.events, old.filter, old.deleted_at)
        is distinct from (new.status, new.events, new.filter, new.deleted_at))
    execute function note_webhook();

-- How much of its pace a webhook has used, on all replicas together. Unlogged: after a crash, a lost row starts over after a pause.
create unlogged table webhook_pace (
    webhook_id text primary key,
    -- The first moment that is not assigned to a request.
    next_at    timestamptz not null,
    -- Started deliveries. Those whose work still has an owner are in flight.
    in_flight  uuid[] not null default '{}'
) with (fillfactor = 50);

create function forget_pace() returns trigger language plpgsql as $$
begin
    delete from webhook_pace where webhook_id = new.id;
    return null;
end
$$;
create trigger webhook_changes_pace after update on webhook for each row
    when ((old.max_per_second, old.max_in_flight, old.deleted_at)
        is distinct from (new.max_per_second, new.max_in_flight, new.deleted_at))
    execute function forget_pace();

-- Active webhooks whose recent attempts have all failed. A success deletes the row, and so does a change of the webhook that
-- makes earlier failures meaningless.
create table webhook_failing (
    webhook_id text primary key references webhook,
    -- The first failure after the last success.
    since      timestamptz not null,
    warned     boolean not null default false
);

-- Attempts by the minute in which they ended, for the health of the last 15 minutes. Older ones are deleted. Pings are not counted.
create table attempt_minute (
    webhook_id text not null,
    minute     timestamptz not null,
    -- Empty for a success; otherwise the status code of the response, or the error code.
    cause      text not null,
    attempts   bigint not null,
    primary key (webhook_id, minute, cause)
) with (fillfactor = 50);

-- The same by hour, for charts. A later success adds to its own hour and does not change earlier ones.
create table attempt_hour (
    webhook_id text not null,
    hour       timestamptz not null,
    succeeded  bigint not null,
    failed     bigint not null,
    primary key (webhook_id, hour)
) with (fillfactor = 50);
create index attempt_hour_hour on attempt_hour (hour);

-- The health of active webhooks; a webhook without a row is idle.
create table webhook_health (
    webhook_id text primary key,
    state      text not null check (state in ('failing', 'degraded', 'healthy', 'idle')),
    since      timestamptz not null,
    -- The most frequent cause of failed attempts.
    cause      text
);

create function forget_failing() returns trigger language plpgsql as $$
begin
    delete from webhook_failing where webhook_id = new.id;
    delete from attempt_minute where webhook_id = new.id;
    delete from webhook_health where webhook_id = new.id;
    return null;
end
$$;
create trigger webhook_begins_anew after update on webhook for each row
    when ((old.status, old.url, old.deleted_at) is distinct from (new.status, new.url, new.deleted_at))
    execute function forget_failing();

-- Mails about a webhook to the admins of its workspace. The row is deleted when all of them have the mail.
create table notice (
    id         bigint generated always as identity primary key,
    -- Not a foreign key, which would lock the webhook after its row in webhook_failing. A change of the webhook locks them in
    -- the opposite order.
    webhook_id text not null,
    kind       text not null check (kind in ('warning', 'disabled')),
    created_at timestamptz not null,
    -- How often a replica has started to send it. If this number changes, another replica has taken over the notice.
    attempts   integer not null default 0,
    -- When to send it; while a replica sends it, when others may take over.
    next_at    timestamptz not null,
    -- The people who have the mail.
    notified   uuid[] not null default '{}'
);

-- Alert channels ------------------------------------------------------------------------------------------------------

-- Where a workspace gets alerts when a webhook fails, is disabled, or works again.
create table alert_channel (
    id           uuid primary key,
    workspace_id text not null references workspace,
    kind         text not null check (kind in ('mail', 'slack', 'teams', 'signed')),
    name         text not null,
    -- Encrypted, as are the secrets of webhooks: the addresses of a mail list, or the URL.
    target       bytea not null,
    -- The signing secret of a signed channel, encrypted.
    secret       bytea,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    -- The result of the latest alert or test.
    last_sent_at timestamptz,
    last_sent_ok boolean,
    last_sent_message text
);
create index alert_channel_workspace on alert_channel (workspace_id);

-- Alerts to send: a row for each change of a webhook and each channel, inserted in the transaction of the change.
create table alert (
    id           bigint generated always as identity primary key,
    workspace_id text not null,
    channel_id   uuid not null references alert_channel on delete cascade,
    webhook_id   text not null,
    -- The new state of the webhook. It works if it is active again, or not all of its attempts fail any more.
    state        text not null check (state in ('failing', 'disabled', 'working', 'idle')),
    since        timestamptz not null,
    cause        text,
    created_at   timestamptz not null,
    -- As in notice.
    attempts     integer not null default 0,
    next_at      timestamptz not null
);
create index alert_line on alert (channel_id, id);

create function alert_channels(of_webhook text, new_state text, since timestamptz, cause text) returns void language sql as $$
    insert into alert (workspace_id, channel_id, webhook_id, state, since, cause, created_at, next_at)
    select w.workspace_id, c.id, w.id, new_state, since, cause, clock_timestamp(), clock_timestamp()
    from webhook w join alert_channel c on c.workspace_id = w.workspace_id
    -- A disabled webhook is no longer failing either, but that was reported when it was disabled.
    where w.id = of_webhook and w.deleted_at is null and (new_state <> 'idle' or w.status <> 'disabled')
$$;

create function alert_of_health() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform alert_channels(old.webhook_id, 'idle', clock_timestamp(), null);
    elsif new.state = 'failing' then
        perform alert_channels(new.webhook_id, 'failing', new.since, new.cause);
    else
        perform alert_channels(new.webhook_id, case new.state when 'idle' then 'idle' else 'working' end, clock_timestamp(), null);
    end if;
    return null;
end
$$;
create trigger health_begins after insert on webhook_health for each row
    when (new.state = 'failing') execute function alert_of_health();
create trigger health_changes after update on webhook_health for each row
    when (old.state <> new.state and 'failing' in (old.state, new.state)) execute function alert_of_health();
create trigger health_ends after delete on webhook_health for each row
    when (old.state = 'failing') execute function alert_of_health();

create function alert_of_status() returns trigger language plpgsql as $$
begin
    if new.status = 'disabled' then
        perform alert_channels(new.id, 'disabled', clock_timestamp(), new.disabled_reason);
    elsif new.status = 'active' and 'disabled' = (select status from webhook_history
            where webhook_id = new.id and status in ('active', 'disabled') order by at desc, id desc limit 1) then
        perform alert_channels(new.id, 'working', clock_timestamp(), null);
    end if;
    return null;
end
$$;
-- Triggers run by name. This one comes before webhook_changed, so that the history does not contain this change yet.
create trigger webhook_alerts after update on webhook for each row
    when (old.status <> new.status) execute function alert_of_status();

-- Events, deliveries, and attempts ------------------------------------------------------------------------------------

-- The span that published the event, in the format of W3C Trace Context, if it was traced.
alter table event
    add column traceparent text,
    -- Metadata from the publisher: the record that the event is about, the changed fields, separated by commas, their previous
    -- values as JSON text, and who caused it.
    add column record text,
    add column changed text,
    add column previous text,
    add column actor text,
    -- The transaction that published the event, by which the events feed is ordered.
    add column published xid8 not null default pg_current_xact_id(),
    -- Whether it was erased. Its body then says so.
    add column erased boolean not null default false,
    -- After how many days its body was removed, because the workspace keeps bodies only this long. It then counts as erased.
    add column kept_days smallint;

-- The events feed of a workspace.
create index event_feed on event (workspace_id, published, key);

-- Only retention reads it, and deletes old keys from one end.
drop index event_id_key;
create index event_id_key on event_id using brin (key) with (autosummarize = on);

-- Every index of deliveries serves a page or is the key. None contains a column that changes when an attempt ends, because each
-- such change would have to write all indexes again. The primary key also serves the log of a workspace. The deliveries of an
-- event are found by the time that both ids contain.
drop index delivery_failed, delivery_workspace, delivery_webhook, delivery_event;
alter table delivery
    drop constraint delivery_pkey,
    add primary key (workspace_id, id),
    add column failed boolean not null generated always as (status = 'failed') stored,
    -- The job that replayed the event, if any.
    add column replay uuid,
    -- The later delivery that an update was merged into.
    add column merged_into uuid,
    -- The changed fields, if updates were merged into this one; otherwise, see the event.
    add column changed text,
    drop constraint delivery_status_check,
    add constraint delivery_status_check
        check (status in ('queued', 'retrying', 'delivered', 'failed', 'cancelled', 'merged') and (merged_into is not null) = (status = 'merged'));
-- The log of a webhook. With the workspace first, no plan can search the whole workspace for the deliveries of a quiet webhook.
create index delivery_log on delivery (workspace_id, webhook_id, id desc);
-- Failed deliveries of a workspace and of a webhook, counted without reading the table and without pings. The first one does not
-- include the webhook, or a plan could use it for a single webhook and read the failures of all the others.
create index delivery_failed on delivery (workspace_id, id desc) include (event_type) where failed;
create index delivery_failed_log on delivery (workspace_id, webhook_id, id desc) include (event_type) where failed;

-- Durations of the parts of an attempt, in milliseconds: DNS, connecting, TLS (which is part of connecting), and the wait for the
-- first byte of the response.
alter table attempt
    add column dns_ms integer,
    add column connect_ms integer,
    add column tls_ms integer,
    add column first_byte_ms integer;

-- The lowest time-sorted id of a day in UTC.
create function first_id_of(day date) returns uuid immutable parallel safe
    return rpad(lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

-- The engine may add and drop the partitions of these tables, and can do nothing else to a table.
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

-- The queue -----------------------------------------------------------------------------------------------------------

alter table work
    -- Whether the attempt of a leased delivery may have begun. If not, the delivery of a dead replica was never sent.
    add column begun boolean not null default true,
    -- Whether the delivery was ended together with its webhook while a replica was sending it. The row stays until that replica
    -- is done. Until then a retry is recorded as requested, so that no second request is sent at the same time.
    add column ended boolean not null default false,
    -- As of the delivery.
    add column replay uuid,
    -- The event's record, if the webhook wants its deliveries in order; else null.
    add column record text,
    -- As of the delivery.
    add column changed text;
-- work_waiting and work_owned replace this index.
drop index work_webhook;
create index work_ended on work (delivery_id) where ended;
-- Deliveries that are due at the same time are sent in the order of publication.
drop index work_waiting;
create index work_waiting on work (webhook_id, due_at, delivery_id) where owner is null;

-- The due time of deliveries that wait until their webhook is verified.
create function held_until() returns timestamptz immutable parallel safe
    return timestamptz '9999-12-31Z';

-- Deliveries of one record to a webhook that wants them in order: at most one of them is not waiting. Waiting ones are leased to a
-- replica that never ends, so that no other replica claims them.
create function waiting_owner() returns uuid immutable parallel safe
    return uuid '00000000-0000-0000-0000-000000000000';
insert into replica (id, started_at, lease_until) values (waiting_owner(), now(), 'infinity');

-- Whether a replica has it.
create function is_leased(owner uuid) returns boolean immutable parallel safe
    return owner <> waiting_owner() is true;

create index work_record on work (webhook_id, record, event_key, delivery_id) where record is not null and owner = waiting_owner();
create index work_turn on work (webhook_id, record) where record is not null and owner is distinct from waiting_owner();

-- Until the end of the transaction, nobody else can publish events of these records to webhooks that want them in order, or decide
-- which delivery is next. Therefore, the keys of a record's events increase in the order of their commits. Some records share a
-- lock, because locks use shared memory.
create function lock_records(records text[]) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('nexadesk records'), part)
    from (select distinct hashtext(record) & 255 as part from unnest(records) record order by 1) parts;
end
$$;

-- Makes the first delivery of each record ready, unless another one is in progress. Returns the webhooks with deliveries that became
-- ready.
create function advance_records(webhooks text[], records text[]) returns setof text language plpgsql as $$
begin
    perform lock_records(records);
    -- An earlier one has returned: it goes first if the later one is only waiting for its due time.
    update work w set owner = waiting_owner()
    from (select distinct * from unnest(webhooks, records)) line (webhook_id, record)
    where w.webhook_id = line.webhook_id and w.record = line.record and w.owner is null
        and exists (
            select from work earlier
            where earlier.webhook_id = line.webhook_id and earlier.record = line.record and earlier.owner = waiting_owner()
                and (earlier.event_key, earlier.delivery_id) < (w.event_key, w.delivery_id));
    return query update work w set owner = null
    from (select distinct * from unnest(webhooks, records)) line (webhook_id, record)
    cross join lateral (
        select delivery_id from work
        where webhook_id = line.webhook_id and record = line.record and owner = waiting_owner()
        order by event_key, delivery_id limit 1
    ) first
    where w.delivery_id = any (array[first.delivery_id])
        and not exists (
            select from work turn
            where turn.webhook_id = line.webhook_id and turn.record = line.record and turn.owner is distinct from waiting_owner())
    returning w.webhook_id;
end
$$;

-- Merges consecutive updates of a record that wait for their first attempt into the last one. It is due when the first one has
-- waited long enough, or immediately if something other than an update follows. Called in the transaction that has published the
-- latest updates; the argument is their lowest key.
create function merge_updates(webhooks text[], records text[], published uuid) returns void language plpgsql as $$
begin
    with line as (
        select distinct l.webhook_id, l.record, w.coalesce_seconds * interval '1 second' as pause
        from unnest(webhooks, records) l (webhook_id, record)
        join webhook w on w.id = l.webhook_id and w.coalesce_seconds is not null
    ), waiting as materialized (
        select w.delivery_id, w.workspace_id, w.webhook_id, w.record, w.event_key, w.due_at, w.changed, w.attempts, w.trigger, w.owner,
            w.replay, line.pause
        from line cross join lateral (
            select * from work w
            where w.webhook_id = line.webhook_id and w.record = line.record and w.owner = waiting_owner()
                and w.event_key >= coalesce((
                    select event_key from work before
                    where before.webhook_id = line.webhook_id and before.record = line.record and before.owner = waiting_owner()
                        and before.event_key < published
                    order by before.event_key desc limit 1), published)
            union all
            -- The next delivery comes before all waiting ones, and so directly before the new ones only if no others wait.
            select * from work w
            where w.webhook_id = line.webhook_id and w.record = line.record and w.owner is distinct from waiting_owner()
                and not exists (
                    select from work before
                    where before.webhook_id = line.webhook_id and before.record = line.record and before.owner = waiting_owner()
                        and before.event_key < published)
        ) w
    ), held as materialized (
        -- Skip what is being claimed at this moment.
        select delivery_id from work where delivery_id = any (array(select delivery_id from waiting)) for update skip locked
    ), read as (
        select w.*, coalesce(w.changed, e.changed) as names, e.type like '%.updated' and w.attempts = 0 and w.trigger = 'automatic'
            and w.replay is null and not is_leased(w.owner) and w.delivery_id in (select delivery_id from held) as mergeable
        from waiting w join event e on e.key = w.event_key
    ), counted as (
        select *, count(*) filter (where not mergeable) over in_line as others_before,
            count(*) filter (where not mergeable) over (partition by webhook_id, record) as others,
            case when event_key >= published then due_at + pause else due_at end as wanted_at
        from read
        window in_line as (partition by webhook_id, record order by event_key, delivery_id)
    ), run as (
        select webhook_id, record, (array_agg(delivery_id order by event_key desc, delivery_id desc))[1] as last,
            array_agg(delivery_id) as all_ids, min(wanted_at) as wanted_at, others_before < others as is_followed,
            case when bool_or(names is null) then '' else (
                select string_agg(distinct name, ',') from unnest(string_to_array(string_agg(names, ','), ',')) name) end as names
        from counted where mergeable group by webhook_id, record, others_before, others
    ), gone as (
        delete from work w using run where w.delivery_id = any (run.all_ids) and w.delivery_id <> run.last
        returning w.workspace_id, w.webhook_id, w.delivery_id, run.last
    ), merged as (
        update delivery d set status = 'merged', merged_into = gone.last from gone
        where d.workspace_id = gone.workspace_id and d.webhook_id = gone.webhook_id and d.id = gone.delivery_id
    ), stayed as (
        update work w set due_at = case when run.is_followed then least(w.due_at, clock_timestamp()) else run.wanted_at end,
            changed = case when cardinality(run.all_ids) > 1 then run.names else w.changed end
        from run where w.delivery_id = run.last
        returning w.workspace_id, w.webhook_id, w.delivery_id, w.changed
    )
    update delivery d set changed = stayed.changed from stayed
    where d.workspace_id = stayed.workspace_id and d.webhook_id = stayed.webhook_id and d.id = stayed.delivery_id
        and stayed.changed is not null;
end
$$;

-- Background jobs on many deliveries, done in steps. Each step commits its changes together with the position of the next step.
create table job (
    id           uuid primary key default uuidv7(),
    workspace_id text not null references workspace,
    kind         text not null check (kind in ('retry', 'recover', 'replay')),
    -- Which past events are sent: those that were missed, all that have no delivery, or all.
    choice       text check (choice in ('missed', 'missing', 'all')),
    -- Null for all webhooks of the workspace.
    webhook_id   text,
    -- Which deliveries, as in a filter of the log.
    delivery_status text not null default 'failed' check (delivery_status in ('failed', 'retrying', 'failed,retrying')),
    event_type   text,
    status_code  text,
    text         text,
    record       text,
    since        timestamptz,
    until        timestamptz,
    status       text not null check (status in ('running', 'done', 'cancelled')),
    note         text,
    -- The number of matching deliveries at the start (at least), of processed ones, and of skipped ones.
    total        integer not null,
    made         integer not null default 0,
    passed_over  integer not null default 0,
    delivered    integer not null default 0,
    failed_again integer not null default 0,
    -- The remaining parts, the current one first: a status of deliveries to retry, or the webhook to send past events to.
    parts        text[] not null default '{}',
    -- The position in the current part.
    position     uuid,
    stepped_at   timestamptz not null,
    created_by   text not null,
    created_at   timestamptz not null,
    finished_at  timestamptz
);
-- Deliveries of jobs that have not been attempted yet. After the attempt, the job counts the outcome.
create table job_delivery (
    job_id       uuid not null,
    delivery_id  uuid not null,
    workspace_id text not null,
    primary key (job_id, delivery_id)
);
create index job_workspace on job (workspace_id, id desc);

create index job_running on job (id) where status = 'running';
create unique index job_recovering on job (workspace_id, coalesce(webhook_id, '')) where status = 'running' and kind <> 'retry';

-- Requests to forget people, done in steps like jobs.
create table erasure (
    id           uuid primary key default uuidv7(),
    workspace_id text not null references workspace,
    -- The search terms; empty when it is done.
    records      text[] not null,
    emails       text[] not null,
    status       text not null default 'running' check (status in ('running', 'done')),
    -- Events published by earlier transactions are searched.
    begun        xid8 not null default pg_current_xact_id(),
    -- The position among the events, in the order of the events feed, and then among the deliveries; null before the start.
    published    xid8 not null default '0',
    event_key    uuid not null default '00000000-0000-0000-0000-000000000000',
    delivery     uuid,
    events       integer not null default 0,
    answers      integer not null default 0,
    cancelled    integer not null default 0,
    created_at   timestamptz not null default now(),
    finished_at  timestamptz
);
create index erasure_workspace on erasure (workspace_id, id desc);
create index erasure_running on erasure (id) where status = 'running';

-- Workspaces that keep bodies for a shorter time than everything else.
create table body_retention (
    workspace_id text primary key references workspace,
    days         smallint not null check (days between 1 and 30),
    -- The position of the removal: events in the order of the events feed, then deliveries.
    published    xid8 not null default '0',
    event_key    uuid not null default '00000000-0000-0000-0000-000000000000',
    delivery     uuid not null default '00000000-0000-0000-0000-000000000000',
    next_at      timestamptz not null default now()
);
create index body_retention_next on body_retention (next_at);

-- Statistics ----------------------------------------------------------------------------------------------------------

-- Deliveries by webhook, hour of creation, status, and response time, so that charts and figures need not read the log.
create table delivery_hour (
    webhook_id text not null,
    hour       timestamptz not null,
    status     text not null,
    duration_bucket smallint not null,
    deliveries bigint not null,
    -- Total duration of the latest attempts.
    millis     bigint not null,
    primary key (webhook_id, hour, status, duration_bucket)
);
create index delivery_hour_hour on delivery_hour (hour);

-- For hours before this version, outcomes of deliveries are used as those of attempts.
insert into attempt_hour (webhook_id, hour, succeeded, failed)
select webhook_id, date_bin('1 hour', attempted_at, timestamptz 'epoch'),
    count(*) filter (where status = 'delivered'), count(*) filter (where status <> 'delivered')
from delivery where attempted_at is not null and event_type <> 'ping' group by 1, 2;

-- One row: deliveries below this id are counted.
create table delivery_hour_mark (
    counted_to uuid not null
);
insert into delivery_hour_mark
    select coalesce((select id from delivery order by id limit 1), uuidv7());

-- Changes of deliveries that may already be counted: -1 for the status that a delivery left, 1 for its new one.
create table delivery_change (
    delivery_id uuid not null,
    webhook_id  text not null,
    status      text not null,
    duration_bucket smallint not null,
    deliveries  smallint not null,
    millis      integer not null
);
create index delivery_change_webhook on delivery_change (webhook_id);

-- The bucket of the latest attempt's duration, four for each power of two, or -1 if there was no response.
create function duration_bucket_of(status_code smallint, duration_ms integer) returns smallint
    immutable parallel safe return case when status_code is null then (-1)::smallint
        else floor(4 * ln(greatest(coalesce(duration_ms, 0), 1)::float8) / ln(2::float8))::smallint end;

-- date_bin() needs no time zone, whose lookup takes most of the time of date_trunc().
create function hour_of(id uuid) returns timestamptz
    immutable parallel safe return date_bin('1 hour', uuid_extract_timestamp(id), timestamptz 'epoch');

create function note_delivery_change() returns trigger language plpgsql as $$
begin
    insert into delivery_change values
        (old.id, old.webhook_id, old.status, duration_bucket_of(old.status_code, old.duration_ms), -1, -coalesce(old.duration_ms, 0)),
        (new.id, new.webhook_id, new.status, duration_bucket_of(new.status_code, new.duration_ms), 1, coalesce(new.duration_ms, 0));
    return null;
end
$$;
-- Deliveries younger than this are not counted yet, so those that succeed at once cost nothing here. There is no trigger for
-- inserts, because it would take a fifth of the time of publishing an event: a statement that inserts older ones notes them.
create trigger delivery_changed after update on delivery for each row
    when (old.status <> new.status and old.event_type <> 'ping'
        and uuid_extract_timestamp(old.id) < now() - interval '7 seconds')
    execute function note_delivery_change();

-- Privileges of the roles ---------------------------------------------------------------------------------------------

-- Nobody can change the audit log. The engine sees neither people nor sessions, and only the hashes of API keys.
grant usage on schema ${flyway:defaultSchema} to nexadesk_workspace, nexadesk_entry, nexadesk_engine;

grant select, insert, update on webhook, delivery, job to nexadesk_workspace, nexadesk_engine;
grant select, insert on webhook_history to nexadesk_workspace, nexadesk_engine;
grant select, insert, delete on job_delivery to nexadesk_engine;
grant select, insert on erasure to nexadesk_workspace;
grant select, insert, update, delete on body_retention to nexadesk_workspace;
grant select, update on body_retention to nexadesk_engine;
grant select, update on erasure to nexadesk_engine;
grant select, insert, update, delete on work to nexadesk_workspace, nexadesk_engine;

-- Updating the name allows locking the row.
grant select, update (name) on workspace to nexadesk_workspace;
grant select, update on person to nexadesk_workspace;
grant select, insert, delete on session to nexadesk_workspace;
grant select, insert, update on api_key to nexadesk_workspace;
grant select, insert on audit_entry, delivery_change to nexadesk_workspace;
grant select, delete on webhook_failing, webhook_health to nexadesk_workspace;
grant select (webhook_id), delete on webhook_pace to nexadesk_workspace;
grant select (webhook_id), delete on attempt_minute to nexadesk_workspace;
grant select on event, event_id, attempt, attempt_hour, delivery_hour, delivery_hour_mark to nexadesk_workspace;
grant select, insert, update, delete on alert_channel to nexadesk_workspace;
grant select, insert on alert to nexadesk_workspace;

grant select, insert on workspace, person to nexadesk_entry;
grant select, insert, delete, update (expires_at) on session to nexadesk_entry;
grant select, insert, delete on sign_in_attempt, openid_used to nexadesk_entry;
grant select, update (last_used_at) on api_key to nexadesk_entry;
grant insert on audit_entry to nexadesk_entry;

grant select, insert, update, delete on event, event_id, attempt, webhook_failing, webhook_health, attempt_minute, attempt_hour, notice, delivery_hour, delivery_hour_mark,
    delivery_change, replica, idempotent_request to nexadesk_engine;
grant delete on delivery to nexadesk_engine;
grant select, insert, update, delete on alert, webhook_pace to nexadesk_engine;
grant select, update on alert_channel to nexadesk_engine;
grant select, insert, update on request_window to nexadesk_engine;
grant select on workspace, flyway_schema_history to nexadesk_engine;
grant select (key_hash) on api_key to nexadesk_engine;
grant insert on audit_entry to nexadesk_engine;

revoke execute on function make_log_partition, drop_log_partition from public;
grant execute on function make_log_partition, drop_log_partition to nexadesk_engine;

-- The rows that each role sees. A partition has no grants, so that roles reach it only through its parent, whose policies apply.
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
            ('webhook_health', of_webhook),
            ('webhook_pace', of_webhook),
            ('attempt_minute', of_webhook),
            ('attempt_hour', of_webhook),
            ('notice', of_webhook),
            ('alert_channel', 'workspace_id = ' || here),
            ('alert', 'workspace_id = ' || here),
            ('event', 'workspace_id = ' || here),
            ('event_id', 'workspace_id = ' || here),
            ('delivery', 'workspace_id = ' || here),
            ('attempt', 'exists (select from delivery d where d.workspace_id = ' || here || ' and d.id = delivery_id)'),
            ('work', 'workspace_id = ' || here),
            ('job', 'workspace_id = ' || here),
            ('job_delivery', 'workspace_id = ' || here),
            ('erasure', 'workspace_id = ' || here),
            ('body_retention', 'workspace_id = ' || here),
            ('delivery_hour', of_webhook),
            ('delivery_change', of_webhook)) t (name, is_own)
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
-- The first admin is created before anyone can sign in.
create policy first on workspace for insert to nexadesk_entry with check (not exists (select from person));
create policy first on person for insert to nexadesk_entry with check (not exists (select from person));
