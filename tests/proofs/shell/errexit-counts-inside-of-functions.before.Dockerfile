FROM base
RUN touch g
RUN fx() { (mv f g; echo x >> f); }; fx
