import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535).default(0);

const environment = z.object({
  CONVEX_HOST_PORT: port,
  CONVEX_HOST_SITE_PORT: port,
  CONVEX_HOST_FUNCTIONS: z.string().min(1),
  CONVEX_HOST_ADMIN_KEY: z.string().min(16, "must have at least 16 characters"),
  CONVEX_HOST_DATA: z.string().min(1).optional(),
});

export type HostConfig = {
  port: number;
  sitePort: number;
  functionsDir: string;
  adminKey: string;
  /** The file that keeps the data; without one, it ends with the process. */
  dataFile: string | undefined;
};

/** The host's settings; throws with every variable that is missing or wrong. */
export function readConfig(env: Record<string, string | undefined>): HostConfig {
  const read = environment.safeParse(env);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`The Convex host cannot start:\n${problems.join("\n")}`);
  }
  return {
    port: read.data.CONVEX_HOST_PORT,
    sitePort: read.data.CONVEX_HOST_SITE_PORT,
    functionsDir: read.data.CONVEX_HOST_FUNCTIONS,
    adminKey: read.data.CONVEX_HOST_ADMIN_KEY,
    dataFile: read.data.CONVEX_HOST_DATA,
  };
}
