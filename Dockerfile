# An image with the one-file program. First: python -m release.onefile
#   docker build -t longshore .
#   docker run --rm -it -v /var/run/docker.sock:/var/run/docker.sock longshore
ARG BASE=debian:bookworm-slim
FROM ${BASE}
COPY dist/longshore /usr/local/bin/longshore
ENV LANG=C.UTF-8 TERM=xterm-256color
ENTRYPOINT ["/usr/local/bin/longshore"]
