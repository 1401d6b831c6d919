// Loaded with `--import` before a process of the sandbox: its clock can be moved from outside. The
// programs themselves do not know; they read Date like everywhere else.

let offset = Number(process.env["PLAZA_CLOCK_OFFSET"] ?? 0);

process.on("message", (message: unknown) => {
  if (typeof message !== "object" || message === null || !("clockOffset" in message)) return;
  offset = Number(message.clockOffset);
});
// Listening must not keep a process alive that has nothing else to do.
process.channel?.unref();

const RealDate = Date;
const realNow = Date.now;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [realNow() + offset] : given, newTarget) as Date,
  apply: () => new RealDate(realNow() + offset).toString(),
  get: (target, property, receiver) =>
    property === "now" ? () => realNow() + offset : Reflect.get(target, property, receiver),
});
