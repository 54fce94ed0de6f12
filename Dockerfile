# Style sheets and scripts
FROM node:24.11.1-trixie-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY assets assets
COPY static static
RUN npm run build

# The service; the worker and the clock run from the same image
FROM python:3.13.9-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
       postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 office \
    && install --directory --owner office /var/lib/office /var/backups/office
WORKDIR /office
COPY requirements-production.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements-production.txt
COPY --chown=office:office manage.py LICENSE NOTICE ./
COPY --chown=office:office core core
COPY --chown=office:office cii cii
COPY --chown=office:office applications applications
COPY --chown=office:office grants grants
COPY --chown=office:office secondments secondments
COPY --chown=office:office learning learning
COPY --chown=office:office templates templates
COPY --chown=office:office --from=assets /build/static static
# Hashed and pre-compressed static files. The key and address serve this one command and are not kept.
RUN mkdir -p var && SITE_URL=https://build.invalid SECRET_KEY=for-collecting-static-files-only \
    python manage.py collectstatic --noinput --skip-checks && chown -R office:office var
USER office
# The root may be read-only: the cache of the PDFs' fonts is in /tmp.
ENV PYTHONUNBUFFERED=1 LOG_LEVEL=INFO XDG_CACHE_HOME=/tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn", "cii.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-control-socket", \
     "--worker-tmp-dir", "/dev/shm", "--max-requests", "20000", "--max-requests-jitter", "2000"]
