/** Far above the largest page seen (900 kB). */
export const MAX_BODY_BYTES = 3_000_000;

/** Reads a body up to `max` bytes and hangs up after that; `cut` says that there was more. */
export async function readBody(
  response: Response,
  max = MAX_BODY_BYTES,
): Promise<{ bytes: Uint8Array; cut: boolean }> {
  if (response.body === null) return { bytes: new Uint8Array(), cut: false };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: join(chunks, length), cut: false };
    const room = max - length;
    chunks.push(value.subarray(0, room));
    length += Math.min(value.length, room);
    if (value.length > room) {
      await reader.cancel().catch(() => undefined);
      return { bytes: join(chunks, length), cut: true };
    }
  }
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
