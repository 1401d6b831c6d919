import { randomInt } from "node:crypto";
import { forgetOldest } from "../../../bounded.ts";
import type { Mail } from "./types.ts";
import { asHtml } from "../../http/bodies.ts";

const lifetimeMs = 10 * 60_000;
const maxTries = 5;
const maxCodes = 1000;
const maxMails = 100;

type Issued = { code: string; until: number; tries: number };

/** Codes for signing in by mail. Addresses come in lower case. */
export type Codes = {
  /** A new code invalidates the one before it. */
  send(address: string): Mail;
  /** True once for the right code, within ten minutes and five wrong tries. */
  redeem(address: string, code: string): boolean;
  /** Newest first. */
  mails: () => Mail[];
};

export function makeCodes(now: () => number): Codes {
  const issued = new Map<string, Issued>();
  const sent: Mail[] = [];
  return {
    send(address) {
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      issued.delete(address);
      issued.set(address, { code, until: now() + lifetimeMs, tries: 0 });
      forgetOldest(issued, maxCodes);
      const mail = { to: address, at: now(), code, text: `Your code is ${code}` };
      sent.unshift(mail);
      sent.splice(maxMails);
      return mail;
    },
    redeem(address, code) {
      const known = issued.get(address);
      if (!known || now() >= known.until) return false;
      if (code !== known.code) {
        known.tries += 1;
        if (known.tries >= maxTries) issued.delete(address);
        return false;
      }
      issued.delete(address);
      return true;
    },
    mails: () => sent.map((mail) => ({ ...mail })),
  };
}

/** The sent mails as a page, since the sandbox has no mail server. */
export function inboxPage(mails: Mail[]): string {
  const rows = mails.map(
    ({ to, at, text }) =>
      `<tr><td>${asHtml(to)}</td><td><strong>${asHtml(text)}</strong></td>` +
      `<td><time>${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC</time></td></tr>`,
  );
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Inbox</title>',
    '<meta name="viewport" content="width=device-width">',
    "<style>body{font:16px system-ui;margin:2rem;color-scheme:light dark}",
    "td{padding:.4rem 1.2rem .4rem 0}time{opacity:.6}</style></head><body>",
    "<h1>Inbox of this machine</h1>",
    rows.length === 0 ? "<p>No mail yet.</p>" : `<table>${rows.join("")}</table>`,
    "</body></html>",
  ].join("");
}
