FROM debian:12
RUN apt-get install -yq --no-install-recommends libatk-wrapper-java-jni python python-minimal default-jre
