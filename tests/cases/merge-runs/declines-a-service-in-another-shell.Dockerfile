FROM debian:12
RUN su postgres -c 'pg_ctl start'
RUN touch /a
