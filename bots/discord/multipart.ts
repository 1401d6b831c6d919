import { randomUUID } from "node:crypto";

/**
 * A form with files as one piece, and its content type. The library reads each file as a stream, and
 * in Node 24 a Blob's stream never ends when garbage is collected meanwhile: the request then hangs
 * until its time-out, which is too late for an answer. https://github.com/nodejs/node/issues/47993
 */
export async function encodeForm(form: FormData): Promise<{ body: Buffer; contentType: string }> {
  const boundary = `plaza-${randomUUID()}`;
  const pieces: (string | Buffer)[] = [];
  for (const [name, value] of form) {
    const isFile = typeof value !== "string";
    const file = isFile ? `; filename="${quoted(value.name)}"` : "";
    const type = isFile ? `\r\nContent-Type: ${value.type || "application/octet-stream"}` : "";
    pieces.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}${type}\r\n\r\n`,
      isFile ? Buffer.from(await value.arrayBuffer()) : value,
      "\r\n",
    );
  }
  pieces.push(`--${boundary}--\r\n`);
  return {
    body: Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** As https://html.spec.whatwg.org/#multipart-form-data escapes names. */
function quoted(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}
