-- What version 0.1.0 asks of its database; see UpgradeTest. What writes comes first, in the order of a webhook's life, with the values
-- that it is executed with there.
-- with now(), 'Example', 'ws_released0001'
insert into workspace (created_at,name,id) values ($1,$2,$3);
-- with now(), 'admin@released.example', 'Admin', '$2a$10$', 'admin', 'ws_released0001', '00000000-0000-0000-0000-0000000000b1'
insert into person (created_at,email,name,password_hash,role,workspace_id,id) values ($1,$2,$3,$4,$5,$6,$7);
-- with '{}', now(), null, '\x01', null, 'Key', 'fc_live_abcd', null, '{read,write}', 'ws_released0001',
--     '00000000-0000-0000-0000-0000000000c1'
insert into api_key (allowed_ips,created_at,expires_at,key_hash,last_used_at,name,prefix,revoked_at,scopes,workspace_id,id) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11);
-- with now(), '00000000-0000-0000-0000-0000000000c1', now()
update api_key ak1_0 set last_used_at=$1 where ak1_0.id=$2 and (ak1_0.last_used_at is null or ak1_0.last_used_at<=$3);
-- with '{127.0.0.1}', now(), null, '\x01', now(), 'Key', 'fc_live_abcd', now(), '{read}', 'ws_released0001',
--     '00000000-0000-0000-0000-0000000000c1'
update api_key set allowed_ips=$1,created_at=$2,expires_at=$3,key_hash=$4,last_used_at=$5,name=$6,prefix=$7,revoked_at=$8,scopes=$9,workspace_id=$10 where id=$11;
-- with now(), now(), '00000000-0000-0000-0000-0000000000b1', '\x01'
-- with now(), now(), '00000000-0000-0000-0000-0000000000b1', '\x02'
-- with now(), now(), '00000000-0000-0000-0000-0000000000b1', '\x03'
insert into session (created_at,expires_at,person_id,token_hash) values ($1,$2,$3,$4);
-- with now() + interval '1 hour', '\x01', now() + interval '1 hour'
update session s1_0 set expires_at=$1 where s1_0.token_hash=$2 and s1_0.expires_at<$3;
-- with 'admin@released.example', '127.0.0.1', now(), '00000000-0000-0000-0000-0000000000d1'
-- with 'admin@released.example', '127.0.0.2', now(), '00000000-0000-0000-0000-0000000000d2'
-- with 'admin@released.example', '127.0.0.3', now(), '00000000-0000-0000-0000-0000000000d3'
insert into sign_in_attempt (account,address,at,id) values ($1,$2,$3,$4);
-- with 'admin@released.example', '127.0.0.1'
delete from sign_in_attempt sia1_0 where sia1_0.account=$1 and sia1_0.address=$2;
-- with '00000000-0000-0000-0000-0000000000d2'
delete from sign_in_attempt where id=$1;
-- with now()
delete from sign_in_attempt sia1_0 where sia1_0.at<=$1;
-- with 'webhook.created', 'admin@released.example', now(), 'https://example.com/hook', '127.0.0.1', 'wh_released0001',
--     'ws_released0001', '00000000-0000-0000-0000-0000000000e1'
insert into audit_entry (action,actor,at,detail,ip,subject,workspace_id,id) values ($1,$2,$3,$4,$5,$6,$7,$8);
-- with now(), null, 'CRM', null, '{*}', now(), true, 200, 84, null, 'Your endpoint answered 200 in 84 ms.',
--     null, null, '\x01', 'active', now(), 'https://example.com/hook', 0, 'ws_released0001', 'wh_released0001'
insert into webhook (created_at,deleted_at,description,disabled_reason,events,ping_at,ping_ok,ping_status,ping_duration,ping_error,ping_message,pending_from,pending_secret,secret,status,updated_at,url,version,workspace_id,id) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20);
-- with '00000000-0000-0000-0000-0000000000a1', 15000
-- with '00000000-0000-0000-0000-0000000000a1', 30000
-- with '00000000-0000-0000-0000-0000000000a2', -1000
insert into replica (id, started_at, lease_until) values ($1, now(), now() + $2 * interval '1 millisecond')
    on conflict (id) do update set lease_until = excluded.lease_until;
-- with '{ws_released0001,ws_released0001,ws_released0001}', '{e1,e2,e3}', '{lead.created,lead.created,lead.created}',
--     array_fill(now(), array[3]), '{body,body,body}', null, null, '{}', '00000000-0000-0000-0000-0000000000a1'
-- with '{ws_released0001,ws_released0001}', '{e1,e4}', '{lead.created,lead.created}',
--     array_fill(now(), array[2]), '{body,body}', null, null, '{}', '00000000-0000-0000-0000-0000000000a2'
-- with '{ws_released0001}', '{e5}', '{lead.created}',
--     array_fill(now(), array[1]), '{body}', null, null, '{wh_released0001}', '00000000-0000-0000-0000-0000000000a1'
with input as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[])
    with ordinality as i (workspace_id, id, type, occurred_at, body, place)
    ), fresh as (
    insert into event_id (workspace_id, id, key)
    select workspace_id, id, uuidv7() from input order by place
    on conflict do nothing
    returning workspace_id, id, key
    ), stored as (
    insert into event (key, workspace_id, id, type, occurred_at, body)
    select f.key, i.workspace_id, i.id, i.type, i.occurred_at, i.body
    from fresh f join input i using (workspace_id, id)
    ), fanned_out as (
    insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
    select uuidv7(), i.workspace_id, w.id, f.key, i.id, i.type, 'queued'
    from fresh f join input i using (workspace_id, id)
    join webhook w on w.workspace_id = i.workspace_id and w.deleted_at is null
    and case when $6::text is null
    then w.status = 'active' and w.events && array[i.type, '*']
    else w.id = $7::text end
    returning id, workspace_id, webhook_id, event_key
    ), queued as (
    insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, owner)
    select id, workspace_id, webhook_id, event_key, now(),
    case when webhook_id = any ($8::text[]) then null else $9::uuid end
    from fanned_out
    returning delivery_id, webhook_id, event_key, owner
    )
    select f.workspace_id, f.id, q.delivery_id, q.webhook_id, q.owner
    from fresh f left join queued q on q.event_key = f.key;
-- with now(), now(), now()
with dead as (
    select w.delivery_id, w.attempts + 1 as number, w.trigger, w.webhook_id
    from work w
    where w.owner is not null
    and not exists (select from replica r where r.id = w.owner and r.lease_until > now())
    limit 500 for update of w skip locked
    ), logged as (
    insert into attempt (delivery_id, number, trigger, started_at, error_code, error_message, url,
    request_headers)
    select d.delivery_id, d.number, d.trigger, $1, 'interrupted',
    'The sender stopped before the outcome was known. The request may or may not have arrived.', h.url, '[]'
    from dead d join webhook h on h.id = d.webhook_id
    on conflict do nothing
    ), noted as (
    update delivery set attempts = d.number, attempted_at = $2, status_code = null, duration_ms = null,
    error_code = 'interrupted', status = case when event_type = 'ping' then 'failed' else status end
    from dead d where id = d.delivery_id
    returning id, event_type
    ), dropped as (
    delete from work using noted where delivery_id = noted.id and noted.event_type = 'ping'
    )
    update work w set owner = null, attempts = d.number, due_at = $3,
    trigger = case when w.retry_requested then 'manual' else w.trigger end, retry_requested = false
    from dead d join noted n on n.id = d.delivery_id
    where w.delivery_id = d.delivery_id and n.event_type <> 'ping';
-- with now(), 10, '{}', 100, '00000000-0000-0000-0000-0000000000a1'
with recursive waiting (webhook_id) as (
    (select webhook_id from work where owner is null order by webhook_id limit 1)
    union all
    select (select w.webhook_id from work w where w.owner is null and w.webhook_id > waiting.webhook_id
    order by w.webhook_id limit 1)
    from waiting where waiting.webhook_id is not null
    ), picked as (
    select w.delivery_id from waiting
    cross join lateral (
    select delivery_id from work
    where owner is null and webhook_id = waiting.webhook_id and due_at <= $1
    order by due_at limit $2 for update skip locked
    ) w
    where waiting.webhook_id is not null and waiting.webhook_id <> all ($3::text[])
    limit $4
    ), claimed as (
    update work set owner = $5 from picked where work.delivery_id = picked.delivery_id
    returning work.*
    )
    select c.delivery_id, c.webhook_id, e.id, e.type, e.body, c.attempts, c.tries, c.trigger, c.scheduled_for,
    c.owner
    from claimed c join event e on e.key = c.event_key
    order by c.due_at;
-- with now(), 'ws_released0001', array[pg_temp.delivery('e1')]
insert into work (delivery_id, workspace_id, webhook_id, event_key, attempts, trigger, due_at)
    select d.id, d.workspace_id, d.webhook_id, d.event_key, d.attempts, 'manual', $1
    from delivery d join webhook h on h.id = d.webhook_id and h.status = 'active' and h.deleted_at is null
    where d.workspace_id = $2 and d.event_type <> 'ping' and d.id = any ($3::uuid[])
    and exists (select from event e where e.key = d.event_key)
    on conflict (delivery_id) do update set
    retry_requested = work.owner is not null,
    scheduled_for = case when work.owner is null and work.trigger = 'automatic'
    then work.due_at else work.scheduled_for end,
    due_at = case when work.owner is null then excluded.due_at else work.due_at end,
    trigger = case when work.owner is null then 'manual' else work.trigger end;
-- with array[pg_temp.delivery('e1'), pg_temp.delivery('e2'), pg_temp.delivery('e3'), pg_temp.delivery('e4')],
--     '{1,1,1,2}', '{automatic,automatic,automatic,automatic}', array[now(), now(), now(), now()], '{84,84,84,5000}', '{200,500,204,NULL}',
--     '{NULL,http_status,NULL,timeout}', '{NULL,"500",NULL,"late"}', '{https://example.com/hook,https://example.com/hook,https://example.com/hook,https://example.com/hook}',
--     '{[],[],[],[]}', '{[],[],[],[]}', '{OK,OK,OK,OK}', '{f,f,f,f}', '{delivered,retrying,delivered,failed}',
--     array[null, now() + interval '1 minute', null, null], '{1,1,1,1}',
--     array_fill('00000000-0000-0000-0000-0000000000a1'::uuid, array[4]), array[now(), now(), now(), now()]
with result as (
    select * from unnest($1::uuid[], $2::smallint[], $3::text[], $4::timestamptz[], $5::integer[], $6::smallint[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::boolean[], $14::text[],
    $15::timestamptz[], $16::smallint[], $17::uuid[], $18::timestamptz[])
    as r (delivery_id, number, trigger, started_at, duration_ms, status_code, error_code, error_message,
    url, request_headers, response_headers, response_body, truncated, status, next_at, tries, owner,
    ended_at)
    ), logged as (
    insert into attempt (delivery_id, number, trigger, started_at, duration_ms, status_code, error_code,
    error_message, url, request_headers, response_headers, response_body, truncated)
    select delivery_id, number, trigger, started_at, duration_ms, status_code, error_code, error_message, url,
    request_headers, response_headers, response_body, truncated
    from result
    on conflict (delivery_id, number) do update set started_at = excluded.started_at,
    duration_ms = excluded.duration_ms, status_code = excluded.status_code,
    error_code = excluded.error_code, error_message = excluded.error_message, url = excluded.url,
    request_headers = excluded.request_headers, response_headers = excluded.response_headers,
    response_body = excluded.response_body, truncated = excluded.truncated
    where attempt.error_code = 'interrupted'
    ), held as (
    select r.*, w.retry_requested
    from result r join work w
    on w.delivery_id = r.delivery_id and w.owner = r.owner and w.attempts = r.number - 1
    for update of w
    ), ended as (
    delete from work w using held h
    where w.delivery_id = h.delivery_id and h.next_at is null and not h.retry_requested
    ), waiting as (
    update work w set owner = null, attempts = h.number, tries = h.tries, retry_requested = false,
    trigger = case when h.retry_requested then 'manual' else 'automatic' end,
    due_at = case when h.retry_requested then h.ended_at else h.next_at end,
    scheduled_for = case when h.retry_requested then h.next_at end
    from held h
    where w.delivery_id = h.delivery_id and (h.next_at is not null or h.retry_requested)
    )
    update delivery d set status = coalesce(r.status, d.status), attempts = greatest(d.attempts, r.number),
    attempted_at = r.started_at, status_code = r.status_code, error_code = r.error_code,
    duration_ms = r.duration_ms
    from result r left join held h on h.delivery_id = r.delivery_id
    where d.id = r.delivery_id
    and (h.delivery_id is not null or d.status = 'cancelled' and r.status = 'delivered');
-- with 'wh_released0001'
update work set scheduled_for = case when trigger = 'automatic' then due_at else scheduled_for end,
    due_at = timestamptz '9999-12-31Z'
    where webhook_id = $1 and owner is null and due_at < timestamptz '9999-12-31Z';
-- with now(), now(), 'wh_released0001'
update work set due_at = case when trigger = 'automatic' then greatest(scheduled_for, $1) else $2 end,
    scheduled_for = case when trigger = 'automatic' then null else scheduled_for end
    where webhook_id = $3 and owner is null and due_at = timestamptz '9999-12-31Z';
-- with now(), now()
update work w set due_at = case when w.trigger = 'automatic' then greatest(w.scheduled_for, $1) else $2 end,
    scheduled_for = case when w.trigger = 'automatic' then null else w.scheduled_for end
    from webhook h
    where w.owner is null and w.due_at = timestamptz '9999-12-31Z' and h.id = w.webhook_id and h.status = 'active';
-- with 'wh_released0001', 'cancelled'
with gone as (delete from work where webhook_id = $1 returning delivery_id)
    update delivery set status = $2 from gone
    where id = gone.delivery_id and status in ('queued', 'retrying');
-- with now(), null, 'CRM', 'by a person', '{*}', now(), true, 200, 84, null, 'Your endpoint answered 200 in 84 ms.',
--     now(), '\x02', '\x01', 'disabled', now(), 'https://example.com/hook', 1, 'ws_released0001', 'wh_released0001', 0
-- with now(), null, 'CRM', null, '{*}', now(), true, 200, 84, null, 'Your endpoint answered 200 in 84 ms.',
--     null, null, '\x01', 'active', now(), 'https://example.com/hook', 2, 'ws_released0001', 'wh_released0001', 1
-- with now(), now(), 'CRM', 'deleted', '{*}', now(), true, 200, 84, null, 'Your endpoint answered 200 in 84 ms.',
--     null, null, '\x01', 'disabled', now(), 'https://example.com/hook', 3, 'ws_released0001', 'wh_released0001', 2
update webhook set created_at=$1,deleted_at=$2,description=$3,disabled_reason=$4,events=$5,ping_at=$6,ping_ok=$7,ping_status=$8,ping_duration=$9,ping_error=$10,ping_message=$11,pending_from=$12,pending_secret=$13,secret=$14,status=$15,updated_at=$16,url=$17,version=$18,workspace_id=$19 where id=$20 and version=$21;
-- with '\x01'
delete from session s1_0 where s1_0.token_hash=$1;
-- with now()
delete from session s1_0 where s1_0.expires_at<=$1;
-- with '00000000-0000-0000-0000-0000000000b1'
delete from session s1_0 where s1_0.person_id=$1;
-- with '00000000-0000-0000-0000-0000000000a2'
delete from replica where id = $1;
-- with
delete from replica r where lease_until < now() - interval '1 hour'
    and not exists (select from work w where w.owner = r.id);
-- with pg_temp.key('e3')
delete from event_id where ctid in (select ctid from event_id where key < $1 limit 5000);
select a1_0.delivery_id,a1_0.number,a1_0.duration_ms,a1_0.error_code,a1_0.error_message,a1_0.request_headers,a1_0.response_body,a1_0.response_headers,a1_0.started_at,a1_0.status_code,a1_0.trigger,a1_0.truncated,a1_0.url from attempt a1_0 where a1_0.delivery_id=$1 order by a1_0.number desc;
select ae1_0.id,ae1_0.action,ae1_0.actor,ae1_0.at,ae1_0.detail,ae1_0.ip,ae1_0.subject,ae1_0.workspace_id from audit_entry ae1_0 where ae1_0.workspace_id=$1;
select ak1_0.id,ak1_0.allowed_ips,ak1_0.created_at,ak1_0.expires_at,ak1_0.key_hash,ak1_0.last_used_at,ak1_0.name,ak1_0.prefix,ak1_0.revoked_at,ak1_0.scopes,ak1_0.workspace_id from api_key ak1_0 where ak1_0.key_hash=$1 fetch first $2 rows only;
select ak1_0.id,ak1_0.allowed_ips,ak1_0.created_at,ak1_0.expires_at,ak1_0.key_hash,ak1_0.last_used_at,ak1_0.name,ak1_0.prefix,ak1_0.revoked_at,ak1_0.scopes,ak1_0.workspace_id from api_key ak1_0 where ak1_0.workspace_id=$1;
select ak1_0.id,ak1_0.allowed_ips,ak1_0.created_at,ak1_0.expires_at,ak1_0.key_hash,ak1_0.last_used_at,ak1_0.name,ak1_0.prefix,ak1_0.revoked_at,ak1_0.scopes,ak1_0.workspace_id from api_key ak1_0 where ak1_0.workspace_id=$1 and ak1_0.id=$2 fetch first $3 rows only;
select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = $1::regclass and c.relname ~ '_[0-9]{8}$' order by 1;
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.event_type=$2 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.id=$2 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.status=$2 and w2_0.owner is null and d1_0.event_type<>'ping' order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.event_id=$3 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.event_type=$3 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.status=$3 and w2_0.owner is null and d1_0.status_code>=$4 and d1_0.status_code<=$5 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.status=$3 and w2_0.owner is null order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from (select d1_0.id from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 order by d1_0.id desc fetch first 10001 rows only) x1_0(id);
select count(*) from sign_in_attempt sia1_0 where sia1_0.account=$1 and sia1_0.address=$2 and sia1_0.at>$3;
select count(*) from sign_in_attempt sia1_0 where sia1_0.account=$1 and sia1_0.at>$2;
select count(*) from sign_in_attempt sia1_0 where sia1_0.address=$1 and sia1_0.at>$2;
select d1_0.id from delivery d1_0 where d1_0.webhook_id=$1 and d1_0.event_type<>'ping' order by d1_0.id desc fetch first $2 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id from delivery d1_0 where d1_0.id=$1 and d1_0.workspace_id=$2 fetch first $3 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.event_type=$2 order by d1_0.id desc fetch first $3 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.id=$2 order by d1_0.id desc fetch first $3 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.status=$2 and w2_0.owner is null and d1_0.event_type<>'ping' order by d1_0.id desc fetch first $3 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.event_id=$3 order by d1_0.id desc fetch first $4 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.event_type=$3 order by d1_0.id desc fetch first $4 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.status=$3 and w2_0.owner is null and d1_0.status_code>=$4 and d1_0.status_code<=$5 order by d1_0.id desc fetch first $6 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 and d1_0.status=$3 and w2_0.owner is null order by d1_0.id desc fetch first $4 rows only;
select d1_0.id,d1_0.attempted_at,d1_0.attempts,d1_0.duration_ms,d1_0.error_code,d1_0.event_id,d1_0.event_key,d1_0.event_type,d1_0.status,d1_0.status_code,d1_0.webhook_id,d1_0.workspace_id,w2_0.delivery_id,w2_0.due_at,w2_0.owner,w2_0.scheduled_for,w1_0.url from delivery d1_0 join webhook w1_0 on w1_0.id=d1_0.webhook_id left join work w2_0 on w2_0.delivery_id=d1_0.id where d1_0.workspace_id=$1 and d1_0.webhook_id=$2 order by d1_0.id desc fetch first $3 rows only;
select d1_0.status,count(*),sum(case when d1_0.status_code is null then 0 else 1 end),sum(case when d1_0.status_code is null then 0 else cast(d1_0.duration_ms as bigint) end) from delivery d1_0 where d1_0.webhook_id=$1 and d1_0.id>=$2 and d1_0.event_type<>'ping' group by d1_0.status;
select id from workspace where id = any ($1::text[]);
select least((select delivery_id from work order by 1 limit 1), (select event_key from work order by 1 limit 1));
select p1_0.id,p1_0.created_at,p1_0.email,p1_0.name,p1_0.password_hash,p1_0.role,p1_0.workspace_id,w1_0.id,w1_0.created_at,w1_0.name from person p1_0 join workspace w1_0 on w1_0.id=p1_0.workspace_id where lower(p1_0.email)=$1 fetch first $2 rows only;
select pe1_0.key,pe1_0.body,pe1_0.occurred_at from event pe1_0 where pe1_0.key=$1;
select pg_try_advisory_xact_lock(hashtext('nexadesk partitions'));
select s1_0.token_hash,s1_0.created_at,s1_0.expires_at,s1_0.person_id,p1_0.id,p1_0.created_at,p1_0.email,p1_0.name,p1_0.password_hash,p1_0.role,p1_0.workspace_id,w1_0.id,w1_0.created_at,w1_0.name from session s1_0 join person p1_0 on p1_0.id=s1_0.person_id join workspace w1_0 on w1_0.id=p1_0.workspace_id where s1_0.token_hash=$1 and s1_0.expires_at>$2 fetch first $3 rows only;
select sia1_0.id,sia1_0.account,sia1_0.address,sia1_0.at from sign_in_attempt sia1_0 where sia1_0.id=$1;
select w1_0.delivery_id,w1_0.due_at,w1_0.owner,w1_0.scheduled_for from work w1_0 where w1_0.delivery_id=$1;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.id=$1;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.id=$1 and w1_0.workspace_id=$2 and w1_0.deleted_at is null fetch first $3 rows only;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.id=$1 and w1_0.workspace_id=$2 fetch first $3 rows only;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.id=$1 for no key update of w1_0;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.pending_from<=$1;
select w1_0.id,w1_0.created_at,w1_0.deleted_at,w1_0.description,w1_0.disabled_reason,w1_0.events,w1_0.ping_at,w1_0.ping_ok,w1_0.ping_status,w1_0.ping_duration,w1_0.ping_error,w1_0.ping_message,w1_0.pending_from,w1_0.pending_secret,w1_0.secret,w1_0.status,w1_0.updated_at,w1_0.url,w1_0.version,w1_0.workspace_id from webhook w1_0 where w1_0.workspace_id=$1 and w1_0.deleted_at is null order by w1_0.created_at,w1_0.id;
select w1_0.id,w1_0.created_at,w1_0.name from workspace w1_0 where w1_0.id=$1 for no key update of w1_0;
select w1_0.url from webhook w1_0 where w1_0.id=$1;
