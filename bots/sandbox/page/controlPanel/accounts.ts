import { el } from "../dom.ts";
import type { ControlPanel, PrivyAccount, PrivyUser } from "../sandbox.ts";
import { brief, type Reader } from "../text/times.ts";
import type { Doing, Part } from "./drawer.ts";
import { button, onChange, section } from "./section.ts";

const names = {
  email: "Email",
  telegram: "Telegram",
  discord_oauth: "Discord",
  wallet: "Wallet",
};
const mostMails = 3;

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
    const newest = privy.mails.slice(0, mostMails);
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

/** The only account of somebody cannot be unlinked, so there is no button. */
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
