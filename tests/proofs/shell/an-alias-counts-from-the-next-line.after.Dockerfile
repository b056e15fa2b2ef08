FROM base
RUN <<'S'
(alias al='echo two'
al
) && true
S
