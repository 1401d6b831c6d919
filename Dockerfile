# The bots' process. Convex runs elsewhere (`npx convex deploy`). Nothing in the image is writable for
# its user, and the process writes nothing: it can run with a read-only file system.
#
# The base is fixed by the digest of its index (linux/amd64 and linux/arm64). To update it, take the
# digest that `docker buildx imagetools inspect node:24-bookworm-slim` prints.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS base

FROM base AS packages
WORKDIR /project
COPY package.json package-lock.json ./
COPY bots/imagePackages.ts ./bots/
RUN mkdir /app && node bots/imagePackages.ts /app
WORKDIR /app
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM base
ENV NODE_ENV=production
# The package managers of the base are not needed to run.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn*
WORKDIR /app
COPY --from=packages /app ./
COPY bots ./bots
COPY shared ./shared
COPY convex/_generated ./convex/_generated
# The base's user "node", by number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HEALTH_PORT ?? 8080) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-old-space-size=96", "--max-semi-space-size=2", "bots/main.ts"]
