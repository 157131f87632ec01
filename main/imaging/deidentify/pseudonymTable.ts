import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type DeidentifyKeys, patientLookup, pseudonymFor } from './keys.ts';

/** One patient of the table. */
export interface PseudonymEntry {
  readonly pseudonym: string;
  readonly patientId: string;
  readonly patientName: string;
}

/** Who is who, with the secret that all UIDs, shifts and pseudonyms come from. Lives apart from every export. */
export interface PseudonymTable {
  readonly keys: DeidentifyKeys;
  readonly size: number;
  /** Undefined for patients that were never de-identified with this table. */
  lookUp(patientId: string): PseudonymEntry | undefined;
  whoIs(pseudonym: string): PseudonymEntry | undefined;
  remember(patient: { readonly patientId: string; readonly patientName: string }): PseudonymEntry;
  /** Encrypts and writes the table; the former file is replaced in one step. */
  save(): Promise<void>;
}

/** docs/deidentification.md describes the file. Costs are stored, so that they can be raised later. */
const Sealed = z.object({
  format: z.literal('groundglass-pseudonyms'),
  version: z.literal(1),
  kdf: z.object({
    name: z.literal('scrypt'),
    // Bounds, because a damaged file must not cost all memory: 128 * N * r bytes.
    N: z.number().int().min(16_384).max(1_048_576),
    r: z.number().int().min(1).max(16),
    p: z.number().int().min(1).max(16),
    salt: z.base64(),
  }),
  cipher: z.object({ name: z.literal('aes-256-gcm'), iv: z.base64(), tag: z.base64() }),
  data: z.base64(),
});
type Sealed = z.output<typeof Sealed>;

const Content = z.object({
  secret: z.base64(),
  entries: z.record(z.string(), z.object({ pseudonym: z.string(), patientId: z.string(), patientName: z.string() })),
});

const costs = { N: 32_768, r: 8, p: 1 } as const;
const shortestPassphrase = 8;

/**
 * Opens the table at `file`, or starts a new one where there is none. Errors: wrong-passphrase (also for a changed file),
 * invalid-input for a passphrase shorter than 8 characters, file-unreadable.
 */
export async function openPseudonymTable(file: string, passphrase: string): Promise<PseudonymTable> {
  if (passphrase.length < shortestPassphrase) {
    throw new AppError('invalid-input', 'The passphrase of the pseudonym table needs at least 8 characters.');
  }
  const text = await textOf(file);
  const content = text === undefined ? newContent() : await unseal(text, passphrase);
  return tableOf(file, passphrase, content);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw new AppError('file-unreadable', 'The pseudonym table cannot be read.', { cause: thrown });
  }
}

const newContent = (): z.output<typeof Content> => ({ secret: randomBytes(32).toString('base64'), entries: {} });

function tableOf(file: string, passphrase: string, content: z.output<typeof Content>): PseudonymTable {
  const keys = { secret: Buffer.from(content.secret, 'base64') };
  const entries = new Map(Object.entries(content.entries));
  return {
    keys,
    get size() {
      return entries.size;
    },
    lookUp: (patientId) => entries.get(patientLookup(keys, patientId)),
    whoIs: (pseudonym) => [...entries.values()].find((entry) => entry.pseudonym === pseudonym),
    remember: ({ patientId, patientName }) => {
      const lookup = patientLookup(keys, patientId);
      const known = entries.get(lookup);
      if (known) return known;
      const entry = { pseudonym: pseudonymFor(keys, patientId), patientId, patientName };
      entries.set(lookup, entry);
      return entry;
    },
    save: async () => {
      const sealed = await seal({ secret: content.secret, entries: Object.fromEntries(entries) }, passphrase);
      await replaceFile(file, `${JSON.stringify(sealed, null, 2)}\n`);
    },
  };
}

function derive(passphrase: string, { N, r, p, salt }: Sealed['kdf']): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 256 * N * r };
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

async function seal(content: z.output<typeof Content>, passphrase: string): Promise<Sealed> {
  const kdf = { name: 'scrypt', ...costs, salt: randomBytes(16).toString('base64') } as const;
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, kdf), iv);
  cipher.setAAD(Buffer.from(JSON.stringify(kdf)));
  const data = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return {
    format: 'groundglass-pseudonyms',
    version: 1,
    kdf,
    cipher: { name: 'aes-256-gcm', iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64') },
    data: data.toString('base64'),
  };
}

async function unseal(text: string, passphrase: string): Promise<z.output<typeof Content>> {
  const sealed = parse(text);
  const { kdf, cipher, data } = sealed;
  const key = await derive(passphrase, kdf);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(cipher.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(JSON.stringify(kdf)));
    decipher.setAuthTag(Buffer.from(cipher.tag, 'base64'));
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
    return Content.parse(JSON.parse(plain.toString('utf8')));
  } catch (thrown) {
    throw new AppError(
      'wrong-passphrase',
      'The passphrase does not open the pseudonym table, or its file was changed.',
      {
        cause: thrown,
      },
    );
  }
}

function parse(text: string): Sealed {
  try {
    return Sealed.parse(JSON.parse(text));
  } catch (thrown) {
    throw new AppError('file-unreadable', 'This file is no pseudonym table.', { cause: thrown });
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.part`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}
