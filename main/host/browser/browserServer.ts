import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Channel } from '../../contract/transport/channel.ts';
import { securityHeaders } from '../../contract/transport/contentSecurityPolicy.ts';
import { socketChannel } from '../../contract/transport/socketChannel.ts';
import { AppError } from '../../domain/errors.ts';
import { noSessionPage, refusalPage, usedLinkPage } from './refusalPage.ts';
import { newLinkPath, refusalOf, upgradeRefusalOf } from './requestGuard.ts';
import type { ServedFile } from './servedFolder.ts';
import { SessionTokens } from './sessionTokens.ts';

export interface BrowserServerOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly fileAt: (urlPath: string) => ServedFile | undefined;
  /** A window or a command has connected. */
  readonly onConnection: (channel: Channel, connectionId: string) => void;
}

export interface BrowserServer {
  readonly port: number;
  /** For the workspace's lock: where and with which token a command may attach. */
  readonly attach: { readonly url: string; readonly token: string };
  /** A link that opens the program once. */
  newLink(): string;
  close(): Promise<void>;
}

const limits = {
  headerBytes: 8 * 1024,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  connections: 128,
  /** One call: the largest is a piece of an uploaded file. */
  messageBytes: 64 * 1024 * 1024,
};

/** Serves the page and the core's socket on loopback, to holders of a token only. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
  });
  server.maxConnections = limits.connections;
  server.on('clientError', (_error, socket) => socket.destroy()); // malformed or too slow: nothing to say to it
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const tokens = new SessionTokens(port);
  const newLink = (): string => `http://127.0.0.1:${port}/?token=${tokens.newStartToken()}`;
  server.on('request', (request, response) =>
    answer(request, response, { port, tokens, newLink, fileAt: options.fileAt }),
  );
  const sockets = acceptSockets(server, port, tokens, options.onConnection);
  return {
    port,
    attach: { url: `ws://127.0.0.1:${port}`, token: tokens.attachToken },
    newLink,
    close: () => closeAll(server, sockets),
  };
}

/** Errors: `conflict` when the port is taken. */
async function listen(server: Server, port: number): Promise<void> {
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new AppError('conflict', `Port ${port} is taken by another program.`, { cause });
  }
}

interface Site {
  readonly port: number;
  readonly tokens: SessionTokens;
  readonly newLink: () => string;
  readonly fileAt: BrowserServerOptions['fileAt'];
}

function answer(request: IncomingMessage, response: ServerResponse, site: Site): void {
  const send = (status: number, body: string | Buffer, headers: Record<string, string>): void => {
    response.writeHead(status, { ...securityHeaders, 'Cache-Control': 'no-store', ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const page = (status: number, html: string): void =>
    send(status, html, { 'Content-Type': 'text/html; charset=utf-8' });
  const refusal = refusalOf(request, site.port);
  if (refusal) {
    response.shouldKeepAlive = false; // a body that was announced is not read
    page(refusal.status, refusalPage('Refused', refusal.reason));
    return;
  }
  const [urlPath = '/', search = ''] = (request.url ?? '/').split('?', 2);
  if (urlPath === newLinkPath && site.tokens.isAttachToken(request.headers.authorization)) {
    send(200, JSON.stringify({ url: site.newLink() }), { 'Content-Type': 'application/json' });
    return;
  }
  const startToken = urlPath === '/' ? new URLSearchParams(search).get('token') : null;
  if (startToken !== null && request.method === 'GET') {
    const cookie = site.tokens.exchange(startToken);
    if (cookie) send(303, '', { Location: '/', 'Set-Cookie': cookie });
    else if (site.tokens.hasSession(request.headers.cookie)) send(303, '', { Location: '/' });
    else page(403, usedLinkPage);
    return;
  }
  if (!site.tokens.hasSession(request.headers.cookie)) {
    page(401, noSessionPage);
    return;
  }
  const file = site.fileAt(urlPath);
  if (file) send(200, file.bytes, file.headers);
  else page(404, refusalPage('Not found', 'There is no such page.'));
}

function acceptSockets(
  server: Server,
  port: number,
  tokens: SessionTokens,
  onConnection: BrowserServerOptions['onConnection'],
): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = upgradeRefusalOf(request, port, {
      hasSession: tokens.hasSession(request.headers.cookie),
      hasAttachToken: tokens.isAttachToken(request.headers.authorization),
    });
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate()); // a broken or oversized frame
      onConnection(socketChannel(webSocket as never), randomUUID());
    });
  });
  return sockets;
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
