FROM base
RUN (kill $$; touch g) && true
