import type { Locale } from "../texts/index.ts";

// The words of which an explanation can be made. With names and figures taken out, they are enough to
// say how much a charity received, how urgent its need is and what it lacks. Left out on purpose:
// negations, comparisons, praise, promises, and whatever a charity does or whom it helps: of that the
// books know nothing.

const english = `
  a an the its it this that which what they their these those one
  of in for to by with from on as out per among according and because so since when while how thus
  is was are were be been has have had
  received receives receive got gets given gave give could reach brought went goes reached reaches
  share shares shared distributed allocated assigned awarded rated based follows reflects depends determined
  need needs needed lack lacks lacked missing short remained remaining still
  week week's weekly gift gifts giver givers donor donors donation donations
  charity charity's charities organization organization's organizations city city's
  urgency urgent score rating scale level points gap gaps shortfall
  amount part portion proportion distribution money funds much reason`;

const spanish = `
  el la los las un una lo le les se su sus esta este esto eso ello ese esa que cual cuanto cuánto
  de del al a en por para con según sobre como entre y e porque pues cuando mientras así
  es era fue son eran fueron está estaba tiene tenía ha han había sido
  recibe recibió recibieron recibido obtuvo obtiene llega llegó llegaron podían llegar toca tocó tocaron
  corresponde corresponden correspondió correspondieron destinó destinaron asignó asignaron asignado
  repartió repartieron reparte repartido distribuyó distribuyeron distribuido entregó entregaron
  dieron dio donó donaron donado basa basado refleja depende determinó
  falta faltan faltaba faltaban necesita necesitaba queda quedaba quedaban cubrir pendiente pendientes aún todavía
  semana semanal ciudad donación donaciones donante donantes donativo donativos aporte aportes
  organización organizaciones urgencia urgente necesidad necesidades brecha faltante
  puntaje puntuación nivel escala puntos monto cantidad parte porción proporción reparto resto dinero
  fondos razón motivo`;

const listOf = (words: string) => words.trim().split(/\s+/);

/** The words of each language, in lower case: also for the prompt. */
export const explanationWords: Record<Locale, string[]> = {
  en: listOf(english),
  es: listOf(spanish),
};

const known: Record<Locale, Set<string>> = {
  en: new Set(explanationWords.en),
  es: new Set(explanationWords.es),
};

/** What stands in a text for the names of the charity and the city. */
export const placeholders = { charity: "Aaa", city: "Bbb" } as const;

/** Whether a text without its figures is made of these words and placeholders only. */
export function hasOnlyKnownWords(text: string, locale: Locale): boolean {
  const words = text.match(/\p{L}+(?:['’]\p{L}+)*/gu) ?? [];
  const names: string[] = Object.values(placeholders);
  return words.every(
    (word) => names.includes(word) || known[locale].has(word.toLowerCase().replace("’", "'")),
  );
}

const { charity, city } = placeholders;
/** Who must not stand in front of which verbs: charities give nothing, cities and givers get nothing. */
const swapped = [
  `(?:${charity}|it|charity|organization)(?: (?:has|had|have))? (?:gave|give|given|distributed|allocated|assigned|awarded|brought|shares|shared)`,
  `(?:from|by) (?:${charity}|it|the (?:charity|organization))`,
  `(?:${city}|city|givers?|donors?)(?: (?:has|had|have))? (?:receive[sd]?|got|gets|needs?|needed|lack(?:s|ed)?)`,
  `(?:needs?|gap|urgency) (?:of|in) (?:${city}|the (?:city|givers?|donors?))`,
  `(?:gap|shortfall)(?: of)?(?: 0)? (?:is|was|has been) (?:given|received|shared|distributed|allocated|assigned|awarded)`,
  `(?:${charity}|organización)(?: (?:ha|han|había))? (?:dio|dieron|don[óa]\\p{L}*|repart\\p{L}+|distribu\\p{L}+|asign\\p{L}+|entreg\\p{L}+|destin\\p{L}+)`,
  `(?:donado|asignado|repartido|distribuido|donaci[óo]n(?:es)?|donativos?|aportes?|dieron|dio) (?:por|de) (?:${charity}|la organización)`,
  `(?:${city}|ciudad|donantes?)(?: (?:ha|han|había))? (?:recib\\p{L}+|obt\\p{L}+|necesit\\p{L}+|tiene|tenía)`,
  `(?:necesidad(?:es)?|brecha|urgencia) (?:de|en) (?:${city}|la ciudad|l?os? ?donantes?)`,
];
const wrongRoles = new RegExp(`(?<!\\p{L})(?:${swapped.join("|")})(?!\\p{L})`, "iu");

/** Whether somebody is said to give or to get who does not. Figures are written as 0. */
export function hasWrongRoles(text: string): boolean {
  return wrongRoles.test(text);
}
