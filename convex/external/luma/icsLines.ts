/** One content line of an iCalendar file, RFC 5545 (3.1): `NAME;PARAM=VALUE:value`. */
export type IcsLine = { name: string; params: Map<string, string>; value: string };

/**
 * Unfolds and splits a file. Lines are folded every 75 octets, which may be in the middle of a
 * letter: so the bytes are joined first and only then read as UTF-8. CRLF and LF, BOM or none.
 */
export function readIcsLines(bytes: Uint8Array): IcsLine[] {
  const text = new TextDecoder().decode(unfold(bytes));
  return text.split("\n").flatMap((line) => readLine(line.replace(/\r+$/, "")) ?? []);
}

function unfold(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lineEnd = bytes[i] === 10 ? i : bytes[i] === 13 && bytes[i + 1] === 10 ? i + 1 : -1;
    const follows = lineEnd === -1 ? 0 : bytes[lineEnd + 1];
    if (follows === 32 || follows === 9) i = lineEnd + 1;
    else out[length++] = bytes[i] ?? 0;
  }
  return out.slice(0, length);
}

/** A quoted parameter may hold ":" and ";", so the first of them outside quotes counts. */
function readLine(line: string): IcsLine | undefined {
  const cuts: number[] = [];
  let quoted = false;
  let colon = -1;
  for (let i = 0; i < line.length && colon === -1; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && line[i] === ";") cuts.push(i);
    else if (!quoted && line[i] === ":") colon = i;
  }
  if (colon === -1) return undefined;
  const params = new Map<string, string>();
  const ends = [...cuts.slice(1), colon];
  for (const [index, cut] of cuts.entries()) {
    const [key = "", ...rest] = line.slice(cut + 1, ends[index]).split("=");
    params.set(key.trim().toUpperCase(), rest.join("=").replaceAll('"', "").trim());
  }
  const name = line
    .slice(0, cuts[0] ?? colon)
    .trim()
    .toUpperCase();
  return { name, params, value: line.slice(colon + 1) };
}

/** Text values escape commas, semicolons, backslashes and line ends, RFC 5545 (3.3.11). */
export function unescapeIcs(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, c: string) => (c === "n" || c === "N" ? "\n" : c));
}
