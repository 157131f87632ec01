import { AppError } from '../../domain/errors.ts';

/** A member of a tape archive. `body` has to be read to its end, or left alone, before the next member is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

const blockBytes = 512;
/** Long names and PAX records; a real one has some hundred bytes. */
const longestRecord = 1024 * 1024;

/**
 * Reads a tape archive (POSIX.1-1988 ustar, POSIX.1-2001 PAX path and size, GNU long names and binary sizes) as it streams by,
 * with one chunk in memory. Throws `file-unreadable` where it is damaged or ends early.
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(chunks);
  let override: { name?: string; size?: number } = {};
  for (;;) {
    const block = await source.take(blockBytes);
    // The end is two empty blocks; many writers leave them out.
    if (block.every((byte) => byte === 0)) return;
    const header = parseHeader(block);
    const padding = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes;
    if (isRecord(header.type)) {
      if (header.size > longestRecord) throw damaged('a name is too long');
      const record = await source.exactly(header.size + padding(header.size));
      override = { ...override, ...parseRecord(header.type, record.subarray(0, header.size)) };
      continue;
    }
    const { name = header.name, size = header.size } = override;
    override = {};
    let left = size;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const chunk = await source.some(left);
        left -= chunk.length;
        yield chunk;
      }
    };
    yield { name, kind: kindOf(header.type, name), size, body: body() };
    left += padding(size);
    while (left > 0) left -= (await source.some(left)).length;
  }
}

const isRecord = (type: string): boolean => ['x', 'g', 'L', 'K'].includes(type);

function kindOf(type: string, name: string): TarEntry['kind'] {
  if (type === '5' || name.endsWith('/')) return 'folder';
  return ['0', '\0', '7'].includes(type) ? 'file' : 'other';
}

function parseHeader(block: Buffer): { name: string; size: number; type: string } {
  const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(block, 148, 8)) throw damaged('a header does not fit its checksum');
  const prefix = textAt(block, 257, 5) === 'ustar' && block[263] === 0x30 ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const size = numberAt(block, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw damaged('a size is no number');
  return { name: prefix ? `${prefix}/${name}` : name, size, type: String.fromCharCode(block[156] ?? 0) };
}

const textAt = (block: Buffer, start: number, length: number): string =>
  block
    .subarray(start, start + length)
    .toString('utf8')
    .replace(/\0[\s\S]*$/, '');

/** Octal digits, or (GNU) a binary number with its first bit set. */
function numberAt(block: Buffer, start: number, length: number): number {
  if (((block[start] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(block, start, length).trim() || '0', 8);
  let value = (block[start] ?? 0) & 0x7f;
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256 + byte;
  return value;
}

/** GNU: the name itself. PAX: lines of `length key=value`. */
function parseRecord(type: string, bytes: Buffer): { name?: string; size?: number } {
  if (type === 'L') return { name: bytes.toString('utf8').replace(/\0[\s\S]*$/, '') };
  const found: { name?: string; size?: number } = {};
  if (type !== 'x') return found;
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (space < 0 || !(length > space - at)) throw damaged('a PAX record is damaged');
    const line = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = line.indexOf('=');
    const value = line.slice(equals + 1);
    if (line.startsWith('path=')) found.name = value;
    if (line.startsWith('size=')) {
      const size = Number(value);
      if (!Number.isSafeInteger(size) || size < 0) throw damaged('a size is no number');
      found.size = size;
    }
    at += length;
  }
  return found;
}

class ByteSource {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** At least one byte and at most `limit`. */
  async some(limit: number): Promise<Uint8Array> {
    if (this.rest.length === 0 && !(await this.fill())) throw damaged('it ends early');
    const part = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(part.length);
    return part;
  }

  /** `length` bytes, or none at the end. */
  async take(length: number): Promise<Buffer> {
    if (this.rest.length === 0 && !(await this.fill())) return Buffer.alloc(0);
    return this.exactly(length);
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  private async fill(): Promise<boolean> {
    while (this.rest.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return false;
      this.rest = next.value;
    }
    return true;
  }
}

const damaged = (how: string): AppError => new AppError('file-unreadable', `The archive cannot be read: ${how}.`);
