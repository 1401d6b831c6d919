import { z } from "zod";

// What a model would write, from what it was told and nothing else.

const figures = z.object({ urgency: z.string(), missing: z.string(), received: z.string() });
const told = z.object({ charity: z.string(), en: figures, es: figures });

export type Text = { en: string; es: string };

/** A right explanation; null where the input is not one that we send. */
export function writeText(input: string): Text | null {
  const [, json] = /<data>([\s\S]*)<\/data>/.exec(input) ?? [];
  const read = told.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (!read.success) return null;
  const { charity, en, es } = read.data;
  return {
    en: `${charity} received ${en.received}. Its need has an urgency of ${en.urgency}, and ${en.missing} were missing when the week was shared out.`,
    es: `${charity} recibió ${es.received}. Su necesidad tiene una urgencia de ${es.urgency}, y faltaban ${es.missing} cuando se repartió la semana.`,
  };
}

/** The same with the last digit of what was missing altered, in both languages. */
export function writeWrongText(input: string): Text | null {
  const right = writeText(input);
  return right && { en: alter(right.en), es: alter(right.es) };
}

function alter(text: string): string {
  return text.replace(/(\d)(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
}
