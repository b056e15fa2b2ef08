FROM debian:12
COPY <<-"CFG" /etc/app.ini
	[main]
	  key = value
	CFG
