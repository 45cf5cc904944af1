# One image for web, events, worker, beat and migrations; the command chooses (docker-compose.yml).

FROM node:22-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim AS packages
COPY requirements.txt /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings STATIC_ROOT=/app/staticfiles PORTAL_HOME=/var/lib/portal
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=frontend /app/node_modules node_modules
# Settings of the build alone: nothing of them is kept in the image.
RUN python scripts/vendor_frontend.py && rm -rf node_modules \
    && PORTAL_TESTING=1 python manage.py compile_messages \
    && SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') SANDBOX_ALLOWED=1 SANDBOX_SECRET=build \
       EMAIL_URL=consolemail:// python manage.py collectstatic --noinput -v0 \
    && useradd --system --uid 10001 --home-dir /var/lib/portal --create-home portal
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["uvicorn", "portal.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--no-access-log", "--timeout-graceful-shutdown", "10"]
