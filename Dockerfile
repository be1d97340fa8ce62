# The server of a workspace that is mounted at /bot:
#   docker build -t bot-runtime . && docker run -p 8080:8080 -v ./mybot:/bot:ro -v bot-data:/data bot-runtime

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN python -m venv /opt/build && /opt/build/bin/pip install -q --require-hashes -r requirements-build.lock
RUN python -m venv /opt/bot && /opt/bot/bin/pip install -q --require-hashes -r requirements.lock
COPY . .
RUN /opt/build/bin/hatchling build -t wheel && /opt/bot/bin/pip install -q --no-deps dist/*.whl

FROM python:3.13-slim
LABEL org.opencontainers.image.title="bot-runtime" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data bot && install -d -o bot -g bot -m 0700 /data
COPY --from=build /opt/bot /opt/bot
COPY LICENSE THIRD-PARTY.txt /usr/share/doc/bot-runtime/
ENV PATH=/opt/bot/bin:$PATH PYTHONUNBUFFERED=1 BOT_HOST=0.0.0.0 BOT_PORT=8080 BOT_DATA_DIR=/data
USER bot
VOLUME /data
EXPOSE 8080
# SIGTERM lets started work finish (BOT_DRAIN_S); give the container a stop time-out above it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['BOT_PORT']}/healthz\", timeout=2)"]
ENTRYPOINT ["bot-runtime"]
CMD ["serve", "/bot"]
