FROM debian:12
LABEL "com.example.a" b
ENV $A b
