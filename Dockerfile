FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY bot bot
COPY data data
RUN python -m venv /opt/matchup \
    && /opt/matchup/bin/pip install --no-cache-dir -c constraints.txt .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 matchup && install -d -o matchup /var/lib/matchup
COPY --from=build /opt/matchup /opt/matchup
ENV PATH=/opt/matchup/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MATCHUP_DATABASE=/var/lib/matchup/matchup.db \
    MATCHUP_HEALTH_PORT=8080
# What the bot knows and remembers outlives the container only on a volume.
VOLUME /var/lib/matchup
USER matchup
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"MATCHUP_HEALTH_PORT\"]}/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["matchup", "run"]
