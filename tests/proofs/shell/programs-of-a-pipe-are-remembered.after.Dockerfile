FROM base
RUN (set -e && touch g) && { cat data | { read W; true; }; } >> f && { (hash) || true; }
