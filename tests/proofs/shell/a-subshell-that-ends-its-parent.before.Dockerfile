FROM base
RUN kill $$; touch g
RUN true
