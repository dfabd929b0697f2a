# One image; docker-compose.yml starts it as web, worker, beat and migrate.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/portal && /opt/portal/bin/pip install --require-hashes -r /tmp/production.txt

FROM python:3.11-slim-bookworm
# Pango and HarfBuzz draw the PDFs; DejaVu stands in for a script that the portal's own fonts lack.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /app --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal /app /app/var /app/var/media
COPY --from=packages /opt/portal /opt/portal
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=mhhs_portal.settings \
    VAR_DIR=/app/var \
    STATIC_ROOT=/app/static-collected \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000
WORKDIR /app
COPY --chown=root:root . .
# Settings refuse to load half-configured, so this step names servers that it never asks.
RUN PORTAL_MODE=development DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 \
    EMAIL_URL=smtp://localhost:25 python manage.py collectstatic --no-input --verbosity 0
USER 10001:10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "2", "--respawn-failed-workers", "--workers-kill-timeout", "10", "mhhs_portal.wsgi:application"]
