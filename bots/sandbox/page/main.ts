import type { Platform } from "../contract.ts";
import { openControlPanel } from "./controlPanel/panel.ts";
import { discord } from "./discord/message.ts";
import { el, found } from "./dom.ts";
import { openPane, type Surroundings } from "./pane.ts";
import { readSandbox, soon, watch } from "./server.ts";
import { telegram } from "./telegram/bubble.ts";
import { recall, remember, zoneChooser } from "./preferences.ts";

const trouble = found("trouble");

/** The server may still be starting: the page waits for it. */
async function firstSandbox() {
  for (;;) {
    const sandbox = await readSandbox().catch(() => undefined);
    trouble.hidden = sandbox !== undefined;
    if (sandbox) return sandbox;
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

async function begin(): Promise<void> {
  let sandbox = await firstSandbox();
  const zone = zoneChooser(found("zone"), () => {
    for (const pane of Object.values(panes)) pane.refresh();
  });
  const controlPanel = openControlPanel(
    found("control-panel"),
    found("control-panel-switch"),
    zone,
  );
  const around: Surroundings = { getSandbox: () => sandbox, now: controlPanel.now, zone };
  const panes = {
    telegram: openPane(found("telegram"), telegram, around),
    discord: openPane(found("discord"), discord, around),
  };
  const looks = [telegram, discord].map(({ platform, name }) => ({
    platform,
    name,
    panel: found(platform),
  }));
  const tabs = openTabs(found("tabs"), looks, (platform: Platform) => panes[platform].toEnd());

  // Commands and places come and go with the bots.
  const refreshSandbox = soon(async () => {
    sandbox = await readSandbox();
  }, 1000);
  watch({
    onChange: (what) => {
      refreshSandbox();
      if (what === "control" || controlPanel.isOpen()) controlPanel.refresh();
      if (what === "control") return;
      panes[what].refresh();
      tabs.tell(what);
    },
    onOpen: () => {
      trouble.hidden = true;
      refreshSandbox();
      controlPanel.refresh();
      for (const pane of Object.values(panes)) pane.refresh();
    },
    onTrouble: () => (trouble.hidden = false),
  });
}

void begin();

type Tab = { platform: Platform; name: string; panel: HTMLElement };

/** On a narrow screen one platform is seen at a time; the other's tab tells when it has news. */
function openTabs(row: HTMLElement, tabs: Tab[], onShow: (platform: Platform) => void) {
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
