-- Whether the attempt of a leased delivery may have begun. What a dead replica left without it was never sent.
alter table work add column begun boolean not null default true;
