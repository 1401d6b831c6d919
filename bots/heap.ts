/**
 * How the bots' process is started, so that it stays at some 200 MB: what it really holds is some
 * 50 MB, but V8 lets garbage pile up as long as the machine has memory. `npm run bots`, the
 * Dockerfile and the local stage use the same flags; a test holds them together.
 */
export const heapFlags = ["--max-old-space-size=96", "--max-semi-space-size=2"];
