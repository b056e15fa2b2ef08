from debian:12
	RUN	a
