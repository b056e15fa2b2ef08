# check=skip=LegacyKeyValueFormat
FROM debian:12
ENV name value
