import { linkPageStyle } from "./linkPageStyle.ts";

/** A page of Plaza's own around its content, which is markup; `script` stands after it. */
export function pageWith(content: string, script = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Plaza</title>
<style>${linkPageStyle}</style>
</head>
<body>
<main>
${content}
</main>
${script === "" ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
}
