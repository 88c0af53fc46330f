# The portal for production: web, worker and beat run from this one image (docker-compose.yml).
FROM python:3.11-slim AS build
WORKDIR /portal
COPY . .
# The same set-up as on a developer's machine; Node.js comes from its wheel.
RUN sh scripts/python.sh setup image && rm -rf node_modules .venv-node var

FROM python:3.11-slim
# LibreOffice turns workbooks into PDF; without it the portal offers the print view.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libreoffice-calc-nogui fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/portal portal
COPY --from=build /portal /portal
WORKDIR /portal
ENV PATH=/portal/.venv/bin:$PATH PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_MODE=production \
    PORTAL_VAR=/var/lib/portal BIND=0.0.0.0:8000
USER portal
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:scripts.gunicorn_conf"]
