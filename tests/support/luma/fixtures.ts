import { readFileSync } from "node:fs";

/** One of this folder's own invented samples. */
export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

export function fixture(name: string): string {
  return new TextDecoder().decode(fixtureBytes(name));
}

export function fixtureJson(name: string): unknown {
  return JSON.parse(fixture(name)) as unknown;
}

/** A page that holds these ld+json documents and nothing else. */
export function pageWith(...documents: unknown[]): string {
  const scripts = documents.map(
    (document) => `<script type="application/ld+json">${JSON.stringify(document)}</script>`,
  );
  return `<html><head>${scripts.join("")}</head><body></body></html>`;
}

/** A minimal ld+json event to vary. */
export function ldEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    "@type": "Event",
    url: "https://luma.com/seed-swap",
    name: "Seed swap",
    startDate: "2026-11-07T10:00:00.000+01:00",
    ...changes,
  };
}
