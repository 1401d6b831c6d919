// Limits that end a test which fails anyway. What is slow on a busy machine is not wrong, so they are
// far from what a machine ten times slower needs.

/** The longest that a test waits for something to become so, milliseconds. */
export const pollLimitMs = 300_000;
