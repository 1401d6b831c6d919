import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Exchange, Platform } from "../../../bots/sandbox/contract.ts";
import { type DiscordSpecification, discordValidator } from "./discord.ts";
import { type TelegramSpecification, telegramValidator } from "./telegram.ts";
import type { Validator } from "./validation.ts";

// The platforms' own descriptions lie beside the project or not at all; nothing of them is in it.
const folder = fileURLToPath(new URL("../../../../shared/specs/", import.meta.url));
const files = { discord: "discord-openapi.json", telegram: "telegram-bot-api.json" };

/** Undefined where the descriptions are not there. */
export function readSpecification(platform: "discord"): DiscordSpecification | undefined;
export function readSpecification(platform: "telegram"): TelegramSpecification | undefined;
export function readSpecification(platform: Platform): unknown {
  const file = join(folder, files[platform]);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

const validators: Record<Platform, () => Validator | undefined> = {
  discord() {
    const specification = readSpecification("discord");
    return specification && discordValidator(specification);
  },
  telegram() {
    const specification = readSpecification("telegram");
    return specification && telegramValidator(specification);
  },
};

export type Counts = { requests: number; answers: number; invalid: number };

/**
 * Keeps what one sandbox's bots and emulators say to each other, each exchange once, until it is
 * validated.
 */
export function keepTraffic() {
  const kept = { discord: new Map<string, number>(), telegram: new Map<string, number>() };
  return {
    observe: (platform: Platform, exchange: Exchange) => {
      const text = JSON.stringify(exchange);
      kept[platform].set(text, (kept[platform].get(text) ?? 0) + 1);
    },
    /** Sentences about everything that does not fit, and how much was looked at. */
    validate(): { problems: string[]; counts: Partial<Record<Platform, Counts>> } {
      const problems: string[] = [];
      const counts: Partial<Record<Platform, Counts>> = {};
      for (const platform of ["discord", "telegram"] as const) {
        const validator = kept[platform].size > 0 ? validators[platform]() : undefined;
        if (!validator) continue;
        const counted = { requests: 0, answers: 0, invalid: 0 };
        for (const [text, times] of kept[platform]) {
          const { request, answer } = validator(JSON.parse(text) as Exchange);
          counted.requests += times;
          if (answer) counted.answers += times;
          if (request.length > 0) counted.invalid += times;
          if (answer && answer.length > 0) counted.invalid += times;
          problems.push(...[...request, ...(answer ?? [])].map((one) => `${platform}: ${one}`));
        }
        counts[platform] = counted;
      }
      return { problems: [...new Set(problems)], counts };
    },
  };
}

/** Leaves a file's counts where the whole run adds them up (`PLAZA_TRAFFIC`, a folder). */
export function reportTraffic(counts: Partial<Record<Platform, Counts>>): void {
  const into = process.env["PLAZA_TRAFFIC"];
  if (into === undefined) return;
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, `${process.pid}-${Date.now()}.json`), JSON.stringify(counts));
}
