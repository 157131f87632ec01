import { canary, canaryMark } from './canaryFile.ts';

/** A file's canaries as bytes or UTF-16 in any case, or as base64 at all three alignments. */
export function holdsCanary(bytes: Uint8Array, file: number): boolean {
  const raw = Buffer.from(bytes).toString('latin1');
  const text = raw.toLowerCase();
  if (text.includes(canaryMark) || text.includes([...canaryMark].join('\0'))) return true;
  const prefix = canary(file, '');
  return [prefix, prefix.toUpperCase()].some((mark) => [0, 1, 2].some((lead) => raw.includes(base64Of(mark, lead))));
}

/** The characters of base64 that depend on the mark alone when `lead` unknown bytes come before it. */
function base64Of(mark: string, lead: number): string {
  const encoded = Buffer.from(' '.repeat(lead) + mark).toString('base64');
  return encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + mark.length) * 8) / 6));
}
