FROM debian:12
RUN apt-get install -y \
  zsh exim4- bash
RUN apt-get install -y \
  zsh=${ZSH} bash
RUN apt-get install -y \
  zsh zsh=1.0 bash
RUN apt-get install -y \
  ./zsh.deb bash
RUN pip install \
  zope alabaster
RUN sudo apt-get install -y \
  zsh bash
