/** Why a charity received what it did, in no language: the need on which the share was decided. */
export type Reason = { urgency: number; gap: number };

/** As a distribution keeps it: "need|80|120000", urgency 0 to 100 and gap in cents. */
export function writeReason({ urgency, gap }: Reason): string {
  return `need|${urgency}|${gap}`;
}

/** Null for what was not written by `writeReason`. */
export function readReason(text: string): Reason | null {
  const read = /^need\|(0|[1-9]\d?|100)\|(0|[1-9]\d{0,14})$/.exec(text);
  return read ? { urgency: Number(read[1]), gap: Number(read[2]) } : null;
}
