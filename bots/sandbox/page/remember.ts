/** What this browser chose last time. A browser that keeps nothing starts anew each time. */
export function recall(what: string): string | undefined {
  try {
    return localStorage.getItem(`plaza ${what}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(what: string, value: string): void {
  try {
    localStorage.setItem(`plaza ${what}`, value);
  } catch {
    // Choosing again is all that is lost.
  }
}
