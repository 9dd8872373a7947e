-- How much of connect_ms went into TLS, in milliseconds.
alter table attempt add column tls_ms integer;
