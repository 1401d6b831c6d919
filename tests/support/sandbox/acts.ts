import type { ActAnswer, TranscriptMessage } from "../../../bots/sandbox/contract.ts";
import { answerOf, type Driven, labelsOf, until, wordsOf } from "./sandbox.ts";

type Answer = ActAnswer & { messages?: TranscriptMessage[]; toast?: string };
type Modal = NonNullable<Extract<ActAnswer, { ok: true }>["modal"]>;

/** What people do on a sandbox, in few words. */
export function acting(plaza: Driven) {
  const act = async (platform: string, as: string, place: string, what: object) =>
    (await plaza.act({ platform, as, in: place, ...what })) as Answer;
  return {
    say: async (as: string, text: string, place = "dm") =>
      await act("telegram", as, place, { do: "say", text }),
    command: async (as: string, name: string, options = {}, place = "dm") =>
      await act("discord", as, place, { do: "command", name, options }),
    click: async (
      platform: string,
      as: string,
      place: string,
      { id: message }: { id: string },
      button: string,
    ) => await act(platform, as, place, { do: "click", message, button }),
    /** Says something that is asked about, such as a ban, and presses the first button. */
    sayAndConfirm: async (as: string, text: string) => {
      const asked = answerOf(await act("telegram", as, "dm", { do: "say", text }));
      const [button] = labelsOf(asked);
      return await act("telegram", as, "dm", { do: "click", message: asked.id, button });
    },
    submit: async (as: string, place: string, modal: string, fields: Record<string, string>) =>
      await act("discord", as, place, { do: "submit", modal, fields }),
    askToJoin: async (as: string, place = "group") =>
      await act("telegram", as, place, { do: "join" }),
    /** The newest card of somebody in the moderators' chat. */
    card: async (platform: string, name: string) =>
      (await plaza.transcript(platform, "moderators", "leo")).findLast(
        (message) =>
          message.from === "plaza" &&
          !message.ephemeral &&
          wordsOf(message).includes(name) &&
          /Motivation|Motivación/.test(wordsOf(message)),
      ),
    /** Waits until somebody was told of so many payments: what they ask next is answered, then. */
    thanked: async (as: string, times: number) => {
      const told = async (platform: string) =>
        (await plaza.transcript(platform, "dm", as)).filter((message) =>
          /this week arrived|de esta semana ha llegado/.test(wordsOf(message)),
        ).length;
      await until(async () => (await told("telegram")) + (await told("discord")) >= times);
    },
    /** What the bot told somebody in private that holds these words. */
    told: async (platform: string, as: string, words: string) =>
      (await plaza.transcript(platform, "dm", as)).filter(
        (message) => message.from === "plaza" && wordsOf(message).includes(words),
      ),
  };
}

/** A card that still has its buttons. */
export function isOpen(card: TranscriptMessage | undefined): card is TranscriptMessage {
  return card !== undefined && labelsOf(card).length > 0;
}

/** The dialog that came back; fails where none did. */
export function modalOf(answer: ActAnswer): Modal {
  if (!answer.ok || !answer.modal) throw new Error(`no dialog: ${JSON.stringify(answer)}`);
  return answer.modal;
}

/** People beside the cast, by their first names, who read English unless said otherwise. */
export function newcomers(names: readonly string[], spanish: readonly string[] = []) {
  return names.map((name, index) => ({
    key: name.toLowerCase(),
    name: `${name} Vidal`,
    language: spanish.includes(name) ? "es" : "en",
    telegramId: 600_000 + index,
    discordId: String(950_000_000_000_000_000n + BigInt(index)),
  }));
}
