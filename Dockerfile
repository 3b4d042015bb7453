# The page is built first, so that the image that runs holds no Node.
FROM node:20-slim AS page
WORKDIR /page
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci
COPY frontend ./
RUN npm run build

FROM python:3.11-slim
# PYTHONUNBUFFERED: a log line is there when it is written.
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 FOCUSSCOPE_DATA_DIR=/data FOCUSSCOPE_FRONTEND_DIR=/app/frontend/dist
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY backend ./backend
COPY models ./models
COPY migrations ./migrations
# Editable, because migrations and weights lie beside the packages.
RUN pip install --constraint constraints.txt --editable .
COPY --from=page /page/dist ./frontend/dist
RUN useradd --uid 10001 --create-home focusscope && mkdir /data && chown focusscope:focusscope /data
USER focusscope
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["focusscope"]
CMD ["serve", "--host", "0.0.0.0"]
