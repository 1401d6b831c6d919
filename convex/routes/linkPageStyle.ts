/** How the page looks: phone first, in the reader's light or dark. */
export const linkPageStyle = `
:root { color-scheme: light dark; --ink: #1c1c22; --paper: #fff; --line: #767680; --go: #1a5fd0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #16161a; --line: #8a8a96; --go: #8ab4f8; --bad: #f2b8b5; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 27rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.5rem; text-wrap: balance; }
h2 { font-size: 1.125rem; margin: 0 0 0.75rem; outline: none; }
p { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
input, button { width: 100%; min-height: 3rem; font: inherit; border-radius: 0.5rem; padding: 0.5rem 0.75rem; }
input { color: inherit; background: transparent; border: 1px solid var(--line); margin-bottom: 0.75rem; }
button { border: 1px solid var(--go); background: var(--go); color: var(--paper); font-weight: 600; margin-bottom: 0.5rem; cursor: pointer; }
button.quiet { background: transparent; color: var(--go); }
button:disabled { opacity: 0.6; cursor: default; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
dl { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; }
dt { font-size: 0.875rem; }
dd { margin: 0 0 0.5rem; font-weight: 600; overflow-wrap: anywhere; }
dd:last-child { margin-bottom: 0; }
#say.bad { color: var(--bad); }
#say:empty { display: none; }
[hidden] { display: none; }
`;
