import { asHtml } from "../../asHtml.ts";
import type { Session } from "./types.ts";

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:2rem 1.25rem}
h1{font-size:1.375rem;margin:0 0 .25rem}p{margin:0 0 1.25rem}
.sum{font-size:2rem;font-weight:700}
button{width:100%;min-height:3rem;margin-bottom:.6rem;font:inherit;font-weight:600;border-radius:.5rem;border:1px solid #635bff;background:#635bff;color:#fff}
button.quiet{background:transparent;color:inherit;border-color:#8888}
.bad{color:#c0123c;font-weight:600}.small{opacity:.7;font-size:.875rem}`;

/** The payment page of this machine: no card is asked for, and no money moves. */
export function payPage(session: Session, product: string, said?: string): string {
  const amount = new Intl.NumberFormat("en", {
    style: "currency",
    currency: session.currency.toUpperCase(),
  }).format(session.amount_total / 100);
  const button = (value: string, words: string, kind = "") =>
    `<button name="do" value="${value}"${kind && ` class="${kind}"`}>${words}</button>`;
  const isOpen = session.status === "open";
  const closed = session.status === "complete" ? "This was paid already." : "This page is closed.";
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Pay</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style></head><body><main>`,
    `<h1>${asHtml(product)}</h1><p><span class="sum">${amount}</span> each week</p>`,
    said === undefined ? "" : `<p class="bad" role="alert">${asHtml(said)}</p>`,
    isOpen
      ? `<form method="post">${button("pay", `Pay ${amount}`)}${button("decline", "Pay with a card that is declined", "quiet")}${button("cancel", "Cancel", "quiet")}</form>`
      : `<p>${closed}</p>`,
    '<p class="small">An emulator for Stripe on this machine. No card is asked for, no money moves.</p>',
    "</main></body></html>",
  ].join("");
}
