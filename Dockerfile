# The bots' process. Convex runs elsewhere (`npx convex deploy`).
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY bots ./bots
COPY shared ./shared
COPY convex/_generated ./convex/_generated
# A user of its own: nothing in the image is writable for it.
RUN rm -rf bots/sandbox && useradd --system --no-create-home plaza
USER plaza
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HEALTH_PORT ?? 8080) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-old-space-size=96", "--max-semi-space-size=2", "bots/main.ts"]
