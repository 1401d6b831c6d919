import { el } from "../dom.ts";
import type { ControlPanel } from "../sandbox.ts";
import { brief, type Reader } from "../text/times.ts";
import type { Doing, Part } from "./drawer.ts";
import { button, onChange, section } from "./section.ts";

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
  const wish = { do: "stripe" as const, card: name, works: !cardWorks };
  line.append(
    cardWorks
      ? button("Decline", () => doing(wish, `The card of ${name} is declined from now on.`))
      : button("Mend", () => doing(wish, `The card of ${name} pays again.`)),
  );
  return line;
}

function words(above: string, below: string): HTMLElement {
  return el("span", { class: "row-words" }, el("strong", {}, above), el("span", {}, below));
}

function money(cents: number): string {
  return new Intl.NumberFormat("en", { style: "currency", currency: "USD" }).format(cents / 100);
}
