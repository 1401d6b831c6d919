import type { Platform } from "../contract.ts";
import { openControlPanel } from "./controlPanel/panel.ts";
import { discord } from "./discord/look.ts";
import { found } from "./dom.ts";
import { openPane, type Surroundings } from "./pane.ts";
import { readSandbox, soon, watch } from "./server.ts";
import { openTabs } from "./tabs.ts";
import { telegram } from "./telegram/look.ts";
import { zoneChooser } from "./preferences.ts";

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
