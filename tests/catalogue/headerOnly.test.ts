import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../../main/domain/errors.ts';
import type { IndexedFile } from '../../main/domain/imageTypes.ts';
import { type IndexRequest, indexFile } from '../../main/imaging/indexFile.ts';

const zoo = path.resolve(import.meta.dirname, '../../../shared/data/dicom-zoo');

/** What only the whole file can tell: its hashes, and where compressed pixels end. */
const fromContent = new Set(['truncated-pixels', 'header-warning']);

async function factsOf(request: IndexRequest) {
  try {
    return comparable(await indexFile(request));
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
}

function comparable({ instance, findings, ...rest }: IndexedFile) {
  const { fileSha256: _, pixelSha256: __, pixelProblem, ...facts } = instance;
  const isShort = pixelProblem === 'damaged-pixels';
  return {
    ...rest,
    instance: { ...facts, ...(pixelProblem && !isShort && { pixelProblem }) },
    findings: findings.filter(({ code }) => !fromContent.has(code)),
  };
}

it.skipIf(!existsSync(zoo))(
  'a header alone gives the same facts as the whole file, for every file of the zoo',
  async () => {
    const files = readdirSync(zoo, { recursive: true, encoding: 'utf8' }).filter((name) => /\.dcm$/i.test(name));
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const address = path.join(zoo, file);
      expect(await factsOf({ address, withoutHashes: true }), file).toEqual(await factsOf({ address }));
    }
  },
);
