-- Whether the delivery was ended with its webhook while a replica had it. The row stays until that replica is through with it: while
-- its request may be open, a retry is one more that is asked for, and not a second request at the same time.
alter table work add column ended boolean not null default false;
create index work_ended on work (delivery_id) where ended;
