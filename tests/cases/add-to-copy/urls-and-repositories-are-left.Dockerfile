FROM debian:12
ADD https://example.com/a.txt /a.txt
ADD git@example.com:a/b.git /b
ADD github.com/a/b /c
