import type { Platform } from "../contract.ts";
import { el } from "./dom.ts";
import { recall, remember } from "./preferences.ts";

type Tab = { platform: Platform; name: string; panel: HTMLElement };

/** On a narrow screen one platform is seen at a time; the other's tab tells when it has news. */
export function openTabs(row: HTMLElement, tabs: Tab[], onShow: (platform: Platform) => void) {
  const keys = new Map<Platform, HTMLElement>();
  for (const { platform, name, panel } of tabs) {
    const key = el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${platform}`,
        "aria-controls": panel.id,
        onclick: () => select(platform),
      },
      name,
      el("span", { class: "news", "aria-hidden": "true" }),
    );
    key.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tabs.find((tab) => tab.platform !== platform);
      if (other) select(other.platform).focus();
    });
    keys.set(platform, key);
    row.append(key);
  }

  function select(platform: Platform): HTMLElement {
    remember("tab", platform);
    let chosen = row;
    for (const tab of tabs) {
      const isChosen = tab.platform === platform;
      const key = keys.get(tab.platform);
      tab.panel.classList.toggle("chosen", isChosen);
      key?.setAttribute("aria-selected", String(isChosen));
      key?.setAttribute("tabindex", isChosen ? "0" : "-1");
      if (isChosen) key?.classList.remove("has-news");
      if (isChosen && key) chosen = key;
    }
    onShow(platform);
    return chosen;
  }

  select(recall("tab") === "discord" ? "discord" : "telegram");
  return {
    tell: (platform: Platform) => {
      const key = keys.get(platform);
      if (key?.getAttribute("aria-selected") === "false") key.classList.add("has-news");
    },
  };
}
