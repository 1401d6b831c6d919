import type { Platform } from "../contract.ts";
import { openBackstage } from "./backstage/drawer.ts";
import { discord } from "./discord/look.ts";
import { found } from "./dom.ts";
import { openPane, type Surroundings } from "./pane.ts";
import { readStage, watch } from "./server.ts";
import { soon } from "./soon.ts";
import { openTabs } from "./tabs.ts";
import { telegram } from "./telegram/look.ts";
import { zoneChooser } from "./zones.ts";

const trouble = found("trouble");

/** The server may still be starting: the page waits for it. */
async function firstStage() {
  for (;;) {
    const stage = await readStage().catch(() => undefined);
    trouble.hidden = stage !== undefined;
    if (stage) return stage;
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

async function begin(): Promise<void> {
  let stage = await firstStage();
  const zone = zoneChooser(found("zone"), () => {
    for (const pane of Object.values(panes)) pane.refresh();
  });
  const backstage = openBackstage(found("backstage"), found("backstage-switch"), zone);
  const around: Surroundings = { getStage: () => stage, now: backstage.now, zone };
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
  const refreshStage = soon(async () => {
    stage = await readStage();
  }, 1000);
  watch({
    onChange: (what) => {
      refreshStage();
      if (what === "backstage" || backstage.isOpen()) backstage.refresh();
      if (what === "backstage") return;
      panes[what].refresh();
      tabs.tell(what);
    },
    onOpen: () => {
      trouble.hidden = true;
      refreshStage();
      backstage.refresh();
      for (const pane of Object.values(panes)) pane.refresh();
    },
    onTrouble: () => (trouble.hidden = false),
  });
}

void begin();
