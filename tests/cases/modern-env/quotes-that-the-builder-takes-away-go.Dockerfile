FROM debian:12
ENV JSON {"key": "value", 'other': 1}
ENV MIXED a \"b\" c\\d '$e\f' "g\h"
