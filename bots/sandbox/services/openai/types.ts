/** How the model behaves: see `respond.ts`. */
export const openaiModes = [
  "answers",
  "refuses",
  "wrong",
  "inject",
  "nonsense",
  "slow",
  "broken",
] as const;
export type OpenaiMode = (typeof openaiModes)[number];

/** What a request says that is worth looking at. */
export type Asked = {
  model: string;
  instructions: string;
  input: string;
  /** The whole body. */
  body: Record<string, unknown>;
};

export type OpenaiEmulator = {
  /** What the library is pointed at. */
  url: string;
  apiKey: string;
  mode(): OpenaiMode;
  /** From now on; whatever waits for an answer gets one of the new kind. */
  behave(mode: OpenaiMode): void;
  /** Requests for a text that came with the key, in all and without an answer so far. */
  calls(): number;
  waiting(): number;
  /** The latest first, at most a hundred. */
  asked(): Asked[];
  /** Resolves once there have been so many calls. */
  called(times: number): Promise<void>;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};
