/** Small numbers that are the same on every run. */
export function chance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const marks = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "<",
  ">",
  "\\",
  "\n",
  "\r\n",
  "\u0000",
  "null",
  "0",
  "-",
  "x",
  "é",
  "END:VEVENT\r\n",
  "BEGIN:VEVENT\r\n",
  "</script>",
  "<!--",
];

/** One or two small damages: a character lost, changed, doubled or added, or the end cut off. */
export function damaged(text: string, below: (limit: number) => number): string {
  let result = text;
  for (let times = 0; times <= below(2); times++) {
    const at = below(result.length);
    const mark = marks[below(marks.length)] ?? "";
    const kinds = [
      () => result.slice(0, at) + result.slice(at + 1),
      () => result.slice(0, at) + mark + result.slice(at + 1),
      () => result.slice(0, at) + mark + result.slice(at),
      () => result.slice(0, at) + result.slice(at, at + 9) + result.slice(at),
      () => result.slice(0, at),
    ];
    result = kinds[below(kinds.length)]?.() ?? result;
  }
  return result;
}
