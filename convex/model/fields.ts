// The fields of every table, apart from the schema so that validators and row types can use them.
export * from "./fields/channels.ts";
export * from "./fields/common.ts";
export * from "./fields/events.ts";
export * from "./fields/giving.ts";
export * from "./fields/deliveries.ts";
export * from "./fields/live.ts";
export * from "./fields/organizations.ts";
export * from "./fields/people.ts";
