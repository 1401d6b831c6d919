// Bodies of requests as they go over the wire, good and odd.

export const rowOf = (...components: unknown[]) => ({ type: 1, components });
export const rawButton = (more: object = {}) => ({
  type: 2,
  style: 1,
  label: "a",
  custom_id: "a",
  ...more,
});

export const ODD: unknown[] = [
  undefined,
  null,
  7,
  "x",
  [],
  [null],
  {},
  { content: 5, embeds: 1, components: "x", attachments: [1], nonce: {}, flags: "a" },
  { embeds: [null, { fields: [null], image: 3, footer: "x", author: [] }], allowed_mentions: [] },
  { content: "a", components: [null, { type: 1 }, { type: 1, components: [null, { type: 3 }] }] },
  { flags: 32768, components: [{ type: 17, components: [{ type: 9 }, 5] }, { type: 10 }] },
  {
    name: "x",
    scheduled_start_time: "never",
    entity_type: 3,
    entity_metadata: 4,
    privacy_level: 2,
  },
];
