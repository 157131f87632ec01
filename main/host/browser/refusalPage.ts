/** A page for a person who comes without a session: what happened and what to do. Holds no input of the request. */
export function refusalPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Groundglass</title></head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`;
}

export const usedLinkPage = refusalPage(
  'This start link was already used',
  'Each link opens Groundglass once. In the browser in which it was opened, go to the address without the token. For another browser, run the start command again: it prints a new link.',
);

export const noSessionPage = refusalPage(
  'Groundglass is running, but this browser has no key',
  'Open the link that the start command printed, or run the start command again: it prints a new link.',
);
