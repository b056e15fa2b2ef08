FROM debian:12
RUN <<EOF
  echo   a
  apt-get install b   a
EOF
RUN cat <<-'END' > /file && true
	  body
	END
COPY <<ONE <<TWO /to/
  one.txt
ONE
two
TWO
RUN python3 <<EOF
def f( ):
    return  1
EOF
