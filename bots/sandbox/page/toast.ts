/** A short notice over a chat: a bot's own, or why something cannot be done. */
export function openToast(element: HTMLElement) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function show(words: string): void {
    element.textContent = words;
    element.classList.add("shown");
    clearTimeout(timer);
    timer = setTimeout(() => element.classList.remove("shown"), 2500 + words.length * 40);
  }
  return { show };
}
