FROM eclipse-temurin:17
ENV HOME_OF_A=/opt/a
COPY . $HOME_OF_A/src
RUN cd $HOME_OF_A/src && mkdir -p classes && javac -d classes A.java B.java && jar cfe a.jar A -C classes .
WORKDIR $HOME_OF_A/src
CMD ["java", "-jar", "a.jar"]
