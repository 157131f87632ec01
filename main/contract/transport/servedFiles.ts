const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  json: 'application/json',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
};

/** Content type of a file of the page; undefined for kinds that the page does not have and that are never served. */
export function contentTypeOf(path: string): string | undefined {
  return types[path.slice(path.lastIndexOf('.') + 1)];
}

/** Vite puts a content hash into the names under assets/, so those may be kept for ever. */
export function cacheControlOf(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
}
