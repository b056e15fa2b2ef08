FROM base
RUN set -e; (touch g); (fx() { (mv f g; echo x >> f); }; fx)
