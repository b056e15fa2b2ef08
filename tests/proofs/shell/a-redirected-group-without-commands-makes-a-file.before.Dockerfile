FROM base
RUN { true; } >> f
RUN cat f
