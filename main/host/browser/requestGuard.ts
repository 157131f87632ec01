/** The parts of a request that decide whether it is looked at at all. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** HTTP status and a sentence for a person. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

const refuse = (status: number, reason: string): Refusal => ({ status, reason });

export const allowedHosts = (port: number): readonly string[] => [
  `127.0.0.1:${port}`,
  `localhost:${port}`,
  `[::1]:${port}`,
];

/**
 * Checked before any routing. The Host list defeats DNS rebinding; Origin, when a browser sends one, has to be the page
 * that this server served; Sec-Fetch-Site keeps other sites from so much as loading a file. Nothing here takes a body.
 */
export function refusalOf(request: RequestHead, port: number): Refusal | undefined {
  const { host, origin } = request.headers;
  if (typeof host !== 'string' || !allowedHosts(port).includes(host)) return refuse(403, 'This address is not served.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD are served.');
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, 'Requests of other pages are refused.');
  const site = request.headers['sec-fetch-site'];
  const isNavigation = request.headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !isNavigation)
    return refuse(403, 'Requests of other pages are refused.');
  const length = request.headers['content-length'];
  if ((length !== undefined && length !== '0') || request.headers['transfer-encoding'] !== undefined)
    return refuse(413, 'Requests with a body are refused.');
  if (!request.url?.startsWith('/') || request.url.length > 2048) return refuse(400, 'Not a path of this program.');
  return undefined;
}

/** For the WebSocket: a browser always sends Origin, so without one only the attach token counts. */
export function upgradeRefusalOf(
  request: RequestHead,
  port: number,
  who: { readonly hasSession: boolean; readonly hasAttachToken: boolean },
): Refusal | undefined {
  const refusal = refusalOf(request, port);
  if (refusal) return refusal;
  if (request.url !== socketPath) return refuse(404, 'No such path.');
  if (request.headers.origin === undefined)
    return who.hasAttachToken ? undefined : refuse(401, 'The attach token is missing or wrong.');
  return who.hasSession ? undefined : refuse(401, 'The session is missing or has ended.');
}

export const socketPath = '/rpc';
/** Answers a holder of the attach token with a new start link: for a second `npm start` on the same workspace. */
export const newLinkPath = '/new-link';
