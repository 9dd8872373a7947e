-- The span with which an event was published, as W3C Trace Context writes it, if traces are on and it is kept.
alter table event add column traceparent text;
