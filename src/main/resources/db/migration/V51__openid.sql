-- Sign-ins by OpenID Connect that came back from the provider, so that none counts twice.
create table openid_used (
    -- SHA-256 of the state.
    state_hash bytea primary key,
    at         timestamptz not null
);
grant select, insert, delete on openid_used to nexadesk_entry;
