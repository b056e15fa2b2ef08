FROM rocker/r-ver:4
RUN install2.r --error dplyr
CMD ["true"]
