// Discord's numbers, in one place. Lengths are counted in UTF-16 units: never more generous than
// Discord, which counts code points.

export const MESSAGE = {
  content: 2000,
  embeds: 10,
  files: 10,
  nonce: 25,
  fileBytes: 10_485_760,
  alt: 1024,
  fileName: 1024,
};

export const EMBED = {
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  total: 6000,
};

export const COMPONENT = {
  rows: 5,
  buttons: 5,
  customId: 100,
  label: 80,
  url: 512,
  options: 25,
  optionText: 100,
  placeholder: 150,
  total: 40,
  text: 4000,
};

export const MODAL = { title: 45, label: 45, value: 4000, placeholder: 100, fields: 5 };

export const CHOICES = { count: 25, name: 100, value: 100 };

export const COMMAND = { count: 100, name: 32, description: 100, options: 25, total: 8000 };

export const EVENT = { name: 100, description: 1000, location: 100, count: 100 };

export const TIME = {
  firstAnswer: 3_000,
  token: 15 * 60_000,
  nonce: 3 * 60_000,
  typing: 10_000,
};

// What the emulator keeps. Older things go, so that a long run does not grow.
export const KEEP = {
  messages: 500,
  nonces: 2_000,
  interactions: 10_000,
  modals: 1_000,
  requests: 5_000,
  events: 1_000,
  sessions: 10,
  files: 1_000,
  fileBytes: 64 * 1_048_576,
  pins: 250,
};
