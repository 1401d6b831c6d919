import { toShown } from "../people/cards.ts";
import { toShownCharity, toShownNeed } from "../giving/charityViews.ts";
import { toPublic } from "../events/eventViews.ts";
import type { About } from "./subjects.ts";

/** What a bot is told of a piece of work: what it renders, and nothing else of the rows. */
export function toTold(about: About) {
  switch (about.do) {
    case "announce": {
      const { kind, events, total, previousStart, minutesBefore } = about.announcement;
      const announcement = {
        kind,
        events,
        total,
        ...(previousStart !== undefined && { previousStart }),
        ...(minutesBefore !== undefined && { minutesBefore }),
      };
      return { do: about.do, announcement, event: about.event && toPublic(about.event) };
    }
    case "card":
      return { do: about.do, application: toShown(about.application) };
    case "charity":
      return {
        do: about.do,
        charity: { ...toShownCharity(about.charity), needs: about.needs.map(toShownNeed) },
      };
    case "distribution":
    case "report":
    case "queue":
    case "notice":
    case "event":
    case "admit":
    case "role":
    case "board":
    case "retire":
    case "mirror":
      return about;
  }
}
