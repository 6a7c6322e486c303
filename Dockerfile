# syntax=docker/dockerfile:1

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.12-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin pinshop \
    && mkdir -p /app/var/files /app/staticfiles \
    && chown -R pinshop:pinshop /app
WORKDIR /app
COPY --from=build /venv /venv
COPY --chown=pinshop:pinshop . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOG_STYLE=json \
    NUMBA_CACHE_DIR=/tmp/kernels \
    DJANGO_SETTINGS_MODULE=pinshop.settings.prod
USER pinshop
# The base settings are enough to gather and compress static files; secrets are not needed to build.
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "manage.py", "check_web"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "pinshop.wsgi:application"]
