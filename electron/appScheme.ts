import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CustomScheme } from 'electron';
import { securityHeaders } from '../main/contract/transport/contentSecurityPolicy.ts';
import { cacheControlOf, contentTypeOf } from '../main/contract/transport/servedFiles.ts';

/** `app://groundglass/...`: standard and secure, so that the page has an origin and its policy holds. */
export const appScheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const origin = 'app://groundglass';

/** Whether a request may leave the page at all; blob and data are the page's own memory. */
export function isOwnUrl(url: string): boolean {
  return url === origin || url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`) || url.startsWith('data:');
}

/** Whether a frame is the program's page, and so may ask the shell for something. */
export const isOwnFrame = (url: string | undefined): boolean => url?.startsWith(`${origin}/`) === true;

/** Address within the page -> file, made once from the built folder; links are left out. */
export function pageFiles(root: string): ReadonlyMap<string, string> {
  const below = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? below(file) : entry.isFile() ? [file] : [];
    });
  const entries = below(root).map((file): [string, string] => [
    `/${path.relative(root, file).split(path.sep).join('/')}`,
    file,
  ]);
  return new Map(entries.filter(([urlPath]) => contentTypeOf(urlPath) !== undefined));
}

/** Answers a request for a part of the page: exactly the listed files, nothing else. */
export function answerPage(request: { method: string; url: string }, files: ReadonlyMap<string, string>): Response {
  const refuse = (status: number): Response => new Response(null, { status, headers: securityHeaders });
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  if (!request.url.startsWith(`${origin}/`)) return refuse(403);
  const urlPath = request.url.slice(origin.length).replace(/[?#].*$/, '');
  const file = files.get(urlPath);
  const type = contentTypeOf(urlPath);
  if (!file || !type) return refuse(404);
  const headers = { ...securityHeaders, 'Content-Type': type, 'Cache-Control': cacheControlOf(urlPath) };
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(readFileSync(file)), { headers });
}
