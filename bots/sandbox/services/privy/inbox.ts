import { asHtml } from "../../asHtml.ts";
import type { Mail } from "./types.ts";

/** The mails as a page for people: the machine has no mail server. */
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
