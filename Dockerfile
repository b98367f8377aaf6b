# The packages, the fonts and the static files are made in the first stage; the second holds
# nothing that builds. Runs as an unprivileged user, with a root file system that may be read-only.
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy
WORKDIR /app
RUN pip install uv==0.13.9 && python -m venv --without-pip /venv
COPY requirements.txt .
RUN uv pip install --python /venv/bin/python --require-hashes --compile-bytecode -r requirements.txt

# No pinned versions: the distribution's security updates are wanted.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
COPY . .
ENV PATH="/venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
# Values for this step only: nothing is connected to, nothing is signed, the key is forgotten.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))") \
 && export SECRET_KEY DATABASE_URL=postgres://nobody@localhost/none \
        REDIS_URL=redis://localhost DJANGO_SETTINGS_MODULE=tutoring_admin.settings.production \
 && python manage.py build_fonts \
 && python manage.py collectstatic --noinput \
 && python -m compileall -q roles checklists roadmap selfassessment tutoring_admin

FROM python:3.11-slim-bookworm

# No pinned versions: the distribution's security updates are wanted.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin tutoring \
 && install -d -o 10001 /files
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    DJANGO_SETTINGS_MODULE=tutoring_admin.settings.production FILES_DIR=/files
USER 10001
EXPOSE 8000
VOLUME /files
HEALTHCHECK --interval=15s --timeout=8s --start-period=30s --retries=3 \
    CMD ["python", "-m", "tutoring_admin.heartbeats", "web"]
CMD ["gunicorn", "-c", "python:tutoring_admin.serving", "-b", "0.0.0.0:8000", "tutoring_admin.wsgi"]
