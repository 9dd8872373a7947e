-- Removes a workspace that another cell has. src/docs/scaling.md describes how to move a workspace.
\set QUIET on
\set ON_ERROR_STOP on
begin;
select set_config('nexadesk.moved', :'workspace', true) \g /dev/null
do $$
begin
    if exists (select from replica where lease_until > now() and lease_until < 'infinity') then
        raise exception 'Replicas are running. Stop all of them.';
    end if;
end
$$;
alter table audit_entry disable trigger audit_entry_append_only;
delete from work where workspace_id = :'workspace';
delete from job_delivery where workspace_id = :'workspace';
delete from job where workspace_id = :'workspace';
delete from attempt where delivery_id in (select id from delivery where workspace_id = :'workspace');
delete from delivery where workspace_id = :'workspace';
delete from event_id where workspace_id = :'workspace';
delete from event where workspace_id = :'workspace';
delete from delivery_change where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from delivery_hour where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from webhook_health where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from alert where workspace_id = :'workspace';
delete from notice where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from alert_channel where workspace_id = :'workspace';
delete from attempt_minute where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from attempt_hour where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from webhook_pace where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from webhook_failing where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from webhook_history where webhook_id in (select id from webhook where workspace_id = :'workspace');
delete from webhook where workspace_id = :'workspace';
delete from body_retention where workspace_id = :'workspace';
delete from erasure where workspace_id = :'workspace';
delete from api_key where workspace_id = :'workspace';
delete from audit_entry where workspace_id = :'workspace';
delete from person where workspace_id = :'workspace';
delete from workspace where id = :'workspace';
alter table audit_entry enable trigger audit_entry_append_only;
commit;
\echo :workspace is gone from this cell.
