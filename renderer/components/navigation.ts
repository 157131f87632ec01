import { useSyncExternalStore } from 'react';

/** `#/read/1.2.3?frame=4` -> { page: 'read', params: ['1.2.3'], query: { frame: '4' } } */
export interface Route {
  readonly page: string;
  readonly params: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...params] = path.split('/').map(decodeURIComponent);
  return { page, params: params.filter(Boolean), query: Object.fromEntries(new URLSearchParams(search)) };
}

export function formatRoute(page: string, params: readonly string[] = [], query: Record<string, string> = {}): string {
  const path = [page, ...params].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return search ? `#/${path}?${search}` : `#/${path}`;
}

/** Goes to a page; the browser's back button comes back. */
export function navigate(page: string, params: readonly string[] = [], query: Record<string, string> = {}): void {
  location.hash = formatRoute(page, params, query);
  // hashchange comes later: a number key pressed right after Enter would still answer the case before.
  for (const listener of [...listeners]) listener();
}

const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  window.addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('hashchange', listener);
  };
};

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}
