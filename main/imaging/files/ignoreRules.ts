import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A file of this name keeps what it names out of imports of its folder. */
export const ignoreFileName = '.groundglass-ignore';

const mostBytes = 64 * 1024;
const mostRules = 500;

/** Whether a path, relative to the folder of the marker and with forward slashes, is kept out. */
export type IsIgnored = (relativePath: string) => boolean;

/**
 * The rules of a folder, undefined where it has no marker. One pattern a line, `#` begins a remark: `*` and `?` stay within a
 * name, `**` crosses folders. A pattern without a slash means a name at any depth, one that ends in a slash a folder with all
 * that is in it; a slash at the start changes nothing. Errors: those of reading the file.
 */
export async function readIgnoreRules(folder: string): Promise<IsIgnored | undefined> {
  const text = await readFile(path.join(folder, ignoreFileName), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) return '';
    throw error;
  });
  const rules = parseIgnoreRules(text.slice(0, mostBytes));
  return rules.length === 0 ? undefined : (file) => rules.some((rule) => rule(file));
}

function parseIgnoreRules(text: string): IsIgnored[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, mostRules)
    .map(ruleOf);
}

function ruleOf(pattern: string): IsIgnored {
  const isFolder = pattern.endsWith('/');
  const inner = pattern.replace(/^\/+|\/+$/g, '');
  const isRooted = inner.includes('/') || pattern.startsWith('/');
  const matcher = globMatcher(isRooted ? inner : `**/${inner}`);
  return (file) => {
    const folders = file.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
    return (isFolder ? folders.slice(0, -1) : folders).some(matcher);
  };
}

/** By a regular expression that cannot run away: no alternatives, one repeated class a star. */
function globMatcher(glob: string): IsIgnored {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  const expression = new RegExp(`^${parts.join('')}$`, 'u');
  return (file) => expression.test(file);
}
