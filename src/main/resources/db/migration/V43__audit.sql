-- What a change was about: the names of what changed, what each was before and what it is now.
alter table audit_entry
    add column changed text[] not null default '{}',
    add column before text[] not null default '{}',
    add column after text[] not null default '{}',
    add check (cardinality(changed) = cardinality(before) and cardinality(changed) = cardinality(after));

-- The log is written and read, and nothing else.
create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log is append-only: % is refused.', tg_op;
end
$$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function refuse_change_of_audit();
