FROM base
RUN set -e && touch g
RUN { cat data | { read W; true; }; } >> f
RUN (hash) || true
