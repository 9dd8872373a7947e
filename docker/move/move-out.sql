-- Writes a whole workspace as a script that move-in.sql reads. Changes nothing. src/docs/scaling.md describes how to move a workspace.
\set QUIET on
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
begin transaction isolation level repeatable read read only;
select set_config('nexadesk.moved', :'workspace', true) \g /dev/null
do $$
declare
    moved constant text := current_setting('nexadesk.moved');
begin
    if not exists (select from workspace where id = moved) then
        raise exception 'There is no workspace %. Correct the name.', moved;
    end if;
    if exists (select from replica where lease_until > now() and lease_until < 'infinity')
            or exists (select from work where workspace_id = moved and is_leased(owner)) then
        raise exception 'Replicas are running, or died less than a minute ago. Stop all of them, and let one that was killed start and stop once.';
    end if;
    if exists (select from erasure where workspace_id = moved and status = 'running') then
        raise exception 'Somebody is being forgotten in %. Start a replica, and wait until that is done.', moved;
    end if;
end
$$;
\qecho copy pg_temp.moved_workspace from stdin;
copy (select * from workspace where id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_person from stdin;
copy (select * from person where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_api_key from stdin;
copy (select * from api_key where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_audit_entry from stdin;
copy (select * from audit_entry where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_webhook from stdin;
copy (select * from webhook where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_webhook_history from stdin;
copy (select * from webhook_history where webhook_id in (select id from webhook where workspace_id = :'workspace')) to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_webhook_failing from stdin;
copy (select * from webhook_failing where webhook_id in (select id from webhook where workspace_id = :'workspace')) to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_attempt_hour from stdin;
copy (select * from attempt_hour where webhook_id in (select id from webhook where workspace_id = :'workspace')) to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_alert_channel from stdin;
copy (select * from alert_channel where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_alert from stdin;
copy (select * from alert where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_notice from stdin;
copy (select * from notice where webhook_id in (select id from webhook where workspace_id = :'workspace')) to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_event from stdin;
copy (select * from event where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_event_id from stdin;
copy (select * from event_id where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_delivery from stdin;
copy (select * from delivery where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_attempt from stdin;
copy (select * from attempt where delivery_id in (select id from delivery where workspace_id = :'workspace')) to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_work from stdin;
copy (select * from work where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_job from stdin;
copy (select * from job where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_job_delivery from stdin;
copy (select * from job_delivery where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_erasure from stdin;
copy (select * from erasure where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho copy pg_temp.moved_body_retention from stdin;
copy (select * from body_retention where workspace_id = :'workspace') to stdout;
\qecho '\\.'
\qecho '\\set complete true'
commit;
