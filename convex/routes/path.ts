/** What stands behind a prefix of a request's path, decoded; empty where it cannot be decoded. */
export function pathAfter(prefix: string, request: Request): string {
  const written = new URL(request.url).pathname.slice(prefix.length);
  try {
    return decodeURIComponent(written);
  } catch {
    return "";
  }
}
