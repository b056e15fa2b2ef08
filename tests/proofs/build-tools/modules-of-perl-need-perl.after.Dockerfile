FROM debian:12
RUN apt-get update && apt-get install -y build-essential libatomic1 libgomp1 && cpan install JSON::XS && apt-mark auto build-essential && apt-get autoremove -y --purge
CMD ["server"]
