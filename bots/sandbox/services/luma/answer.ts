/** What a route answers, before faults and logs. */
export type LumaAnswer = {
  status: number;
  type?: string;
  body: string;
  location?: string;
};

export const HTML = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json; charset=utf-8";
export const ICS = "text/calendar; charset=utf-8";

export function json(document: object): LumaAnswer {
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(document) };
}

export function notFound(): LumaAnswer {
  return { status: 404, type: JSON_TYPE, body: '{"message":"Not found"}' };
}
