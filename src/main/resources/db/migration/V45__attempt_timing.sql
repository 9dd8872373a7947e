-- How long the parts of an attempt took, in milliseconds: the host's name, the connection with TLS, and the wait for an answer.
alter table attempt
    add column dns_ms integer,
    add column connect_ms integer,
    add column first_byte_ms integer;
