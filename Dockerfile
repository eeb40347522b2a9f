# Two stages: the first builds, the second holds one virtual environment, git and ssh: no sources, no pip, no compiler.
# Build:  docker build -t dateline .        Run: see compose.yaml and docs/operating.md

FROM python:3.13-slim AS builder
WORKDIR /src
# Without pip inside: the finished environment cannot install anything.
RUN python -m venv --without-pip /app
# Dependencies first, by hash: this layer is made anew only when the lock file changes.
COPY requirements.txt ./
RUN pip --python /app/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE bot.py ./
COPY monitor ./monitor
COPY rules ./rules
COPY storage ./storage
# A wheel and not an editable install, so that the code stands in one place only. hatchling is among the locked requirements.
RUN pip --python /app/bin/python install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /app/bin/dateline --version

FROM python:3.13-slim
# git and ssh for rule folders that are clones of a private repository (pull_minutes in config.toml).
RUN apt-get update && apt-get install -y --no-install-recommends git openssh-client && rm -rf /var/lib/apt/lists/*
# A fixed number, so that the owner of the files in /data is the same after every rebuild.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline -m 0700 /data
COPY --from=builder /app /app
# SAFEPATH: a folder called rules/ in the working directory must never be imported in place of ours.
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
VOLUME /data
# The first round of many new feeds may take minutes; before that there is no sign of life to look at.
HEALTHCHECK --interval=60s --timeout=10s --start-period=10m --retries=3 \
    CMD ["/app/bin/dateline", "status", "--health", "--config", "/config/config.toml"]
# Exec form: SIGTERM reaches the bot itself, which then finishes the message it is posting.
ENTRYPOINT ["/app/bin/dateline"]
CMD ["run", "--config", "/config/config.toml"]
