import { el } from "../dom.ts";
import type { ControlPanel, PrivyAccount, PrivyUser } from "../sandbox.ts";
import { brief, type Reader } from "../text/draw.ts";
import { button, type Doing, onChange, type Part, section } from "./section.ts";

const names = {
  email: "Email",
  telegram: "Telegram",
  discord_oauth: "Discord",
  wallet: "Wallet",
};
const maxMails = 3;

type Shown = [ControlPanel["identity"]["privy"], Reader];

/** Who Privy knows and by which accounts, and the codes that it has mailed. */
export function accounts(doing: Doing): Part {
  const people = el("ul", { class: "rows" });
  const mails = el("ul", { class: "rows" });
  const inbox = el("a", { target: "_blank", rel: "noreferrer" }, "The inbox of this machine");

  const draw = onChange<Shown>(([privy, reader]) => {
    inbox.setAttribute("href", privy.inbox);
    people.replaceChildren(
      ...privy.users.flatMap((user) => user.accounts.map((one) => accountRow(doing, user, one))),
    );
    const newest = privy.mails.slice(0, maxMails);
    mails.replaceChildren(
      ...(newest.length === 0 ? [el("li", { class: "none" }, "No code was mailed yet")] : []),
      ...newest.map(({ to, code, at }) => row(code, `to ${to} · ${brief(at, reader)}`)),
    );
  });

  return {
    element: section("Accounts at Privy", false, people, el("h4", {}, "Codes"), mails, inbox),
    show: ({ identity }, { language, zone }) =>
      draw([identity.privy, { language, ...(zone !== undefined && { zone }), now: 0 }]),
  };
}

/** Privy does not unlink a user's only account, so there is no button. */
function accountRow(doing: Doing, user: PrivyUser, account: PrivyAccount): HTMLElement {
  const who = user.id.replace("did:privy:", "");
  const kind = names[account.type];
  const line = row(account.username ?? account.address ?? who, `${kind} · ${who}`);
  if (user.accounts.length === 1) return line;
  const key = button("Unlink", () =>
    doing({ do: "privy", unlink: { user: user.id, account } }, `${kind} of ${who} is unlinked.`),
  );
  key.setAttribute("aria-label", `Unlink ${kind} of ${who}`);
  line.append(key);
  return line;
}

function row(words: string, below: string): HTMLElement {
  const text = el("span", { class: "row-words" }, el("strong", {}, words), el("span", {}, below));
  return el("li", {}, text);
}

const modes = {
  answers: "Answers",
  refuses: "Refuses to answer",
  wrong: "Alters one figure",
  inject: "Adds a link and a mention",
  nonsense: "Writes nonsense",
  invents: "Claims what is not in the books",
  flags: "Refuses the request (400)",
  slow: "Does not answer",
  broken: "500",
};

/** How the model behaves that explains the weekly distribution, and how often it was asked. */
export function explanations(doing: Doing): Part {
  const mode = el(
    "select",
    {},
    ...Object.entries(modes).map(([value, label]) => el("option", { value }, label)),
  );
  mode.addEventListener("change", () => {
    const words = modes[mode.value as keyof typeof modes];
    void doing({ do: "openai", mode: mode.value }, `The model: ${words.toLowerCase()}.`);
  });
  const asked = el("p", { class: "none" });

  const draw = onChange<ControlPanel["openai"]>((state) => {
    mode.value = state.mode;
    asked.textContent = `Calls: ${state.calls}, without an answer so far: ${state.waiting}`;
  });
  return {
    element: section(
      "Explanations",
      false,
      el("label", { class: "field" }, el("span", {}, "The model"), mode),
      asked,
    ),
    show: ({ openai }) => draw(openai),
  };
}

type Giving = ControlPanel["giving"];

/** Who gives what, by a Stripe of this machine: pages to pay, cards that fail, weeks to bill. */
export function giving(doing: Doing): Part {
  const sum = el("strong", {});
  const pages = el("ul", { class: "rows" });
  const gifts = el("ul", { class: "rows" });
  const keys = el(
    "div",
    { class: "keys-line" },
    button("Bill what is due", () => doing({ do: "stripe", renew: true }, "Billed.")),
    button("Distribute now", () =>
      doing({ do: "distribute" }, "The week is distributed, whether it has ended or not."),
    ),
    button("Repeat webhooks", () =>
      doing({ do: "stripe", repeat: 2 }, "Every webhook came twice more, in any order."),
    ),
    button("Hold webhooks", () =>
      doing({ do: "stripe", hold: true }, "Webhooks wait until they are released."),
    ),
    button("Release, shuffled", () =>
      doing({ do: "stripe", release: "shuffled" }, "Webhooks came in any order."),
    ),
  );

  const draw = onChange<[Giving, Reader]>(([state, reader]) => {
    sum.textContent = `${money(state.paidInAll)} paid in all`;
    const open = state.pages.filter(({ status }) => status === "open");
    pages.replaceChildren(...open.map((page) => pageRow(doing, page)));
    gifts.replaceChildren(
      ...(state.subscriptions.length === 0
        ? [el("li", { class: "none" }, "Nobody gives yet")]
        : []),
      ...state.subscriptions.map((gift) => giftRow(doing, gift, reader)),
    );
  });

  return {
    element: section("Giving", false, sum, pages, gifts, keys),
    show: (state, { language, zone }) =>
      draw([state.giving, { language, ...(zone !== undefined && { zone }), now: 0 }]),
  };
}

function pageRow(doing: Doing, { who, amount, url }: Giving["pages"][number]): HTMLElement {
  const page = url === null ? "" : el("a", { href: url, target: "_blank" }, "The page");
  const name = who ?? "somebody";
  return el(
    "li",
    {},
    words(`${name} · ${money(amount)}`, "waits to be paid"),
    page,
    button("Pay", () => doing({ do: "stripe", pay: name }, `${name} has paid.`)),
  );
}

function giftRow(doing: Doing, gift: Giving["subscriptions"][number], reader: Reader): HTMLElement {
  const { who, amount, status, nextPaymentAt, cardWorks } = gift;
  const name = who ?? "somebody";
  const isLive = status !== "canceled";
  const below = [
    status,
    isLive && `next ${brief(nextPaymentAt, reader)}`,
    isLive && !cardWorks && "the card is declined",
  ];
  const line = el(
    "li",
    { class: isLive ? "" : "cancelled" },
    words(`${name} · ${money(amount)} each week`, below.filter(Boolean).join(" · ")),
  );
  if (!isLive) return line;
  const action = { do: "stripe" as const, card: name, works: !cardWorks };
  line.append(
    cardWorks
      ? button("Decline", () => doing(action, `The card of ${name} is declined from now on.`))
      : button("Mend", () => doing(action, `The card of ${name} pays again.`)),
  );
  return line;
}

function words(above: string, below: string): HTMLElement {
  return el("span", { class: "row-words" }, el("strong", {}, above), el("span", {}, below));
}

function money(cents: number): string {
  return new Intl.NumberFormat("en", { style: "currency", currency: "USD" }).format(cents / 100);
}
