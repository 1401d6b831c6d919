import type { ActAnswer, Place, Platform, TranscriptMessage } from "../contract.ts";
import type { PersonAction, Seat, Sandbox } from "./sandbox.ts";
import type { Reader } from "./text/draw.ts";

/** What a message on the page knows of its surroundings. */
export type Scene = Reader & {
  seat: Seat;
  place: Place;
  nameOf: (key: string) => string;
  /** Does something as the person who is talking; the pane shows what comes of it. */
  act: (action: PersonAction) => Promise<ActAnswer>;
  /** The slash command a message answers, where this page has seen it. */
  commandOf: (messageId: string) => string | undefined;
};

export type Drawn = { message: TranscriptMessage; opens: boolean; closes: boolean };

/** Where a person writes. */
export type Composer = {
  element: HTMLElement;
  /** A chip was pressed: do it, or begin it where it wants words. */
  begin: (command: string) => void;
  /** Another person or place: what was being written goes. */
  reset: (scene: Scene) => void;
};

/** How a platform shows what both platforms have. */
export type Look = {
  platform: Platform;
  name: string;
  message: (drawn: Drawn, scene: Scene) => HTMLElement;
  head: (scene: Scene) => { picture: Node; title: string; below: string };
  placePicture: (place: Place) => Node;
  composer: (getSandbox: () => Sandbox, scene: Scene) => Composer;
  /** What stands where the bot is busy. */
  typing: string;
};
