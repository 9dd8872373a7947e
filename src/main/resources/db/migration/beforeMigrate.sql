do $$
begin
    if current_setting('server_version_num')::int < 180000 then
        raise exception 'NexaDesk Webhooks needs PostgreSQL 18 or later, and this is %. Upgrade the server.',
            current_setting('server_version');
    end if;
end
$$;
