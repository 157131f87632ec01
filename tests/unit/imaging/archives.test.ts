import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { readDicomdir } from '../../../main/imaging/files/dicomdir.ts';
import { readIgnoreRules } from '../../../main/imaging/files/ignoreRules.ts';
import { readTar } from '../../../main/imaging/files/tarReader.ts';
import { dicomFile } from './dicomBytes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'groundglass-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In pieces that fit no border of the format. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function contents(tar: Uint8Array, size = 333): Promise<[name: string, kind: string, bytes: number][]> {
  const found: [string, string, number][] = [];
  for await (const { name, kind, body } of readTar(pieces(tar, size))) {
    let bytes = 0;
    // One member is left unread: the reader has to find the next all the same.
    if (!name.includes('skipped')) for await (const chunk of body) bytes += chunk.length;
    found.push([name, kind, bytes]);
  }
  return found;
}

describe('readTar', () => {
  const long = `${'folder/'.repeat(40)}ä.dcm`;

  it('reads what another program wrote: PAX names, folders, links, empty files, members left unread', async () => {
    const tar = await packTar([
      { header: { name: 'a/', type: 'directory', size: 0 } },
      { header: { name: 'a/skipped', size: 5000 }, body: new Uint8Array(5000) },
      { header: { name: long, size: 700 }, body: new Uint8Array(700) },
      { header: { name: 'link', type: 'symlink', linkname: '/etc/passwd', size: 0 } },
      { header: { name: 'empty', size: 0 } },
    ]);
    const expected = [
      ['a/', 'folder', 0],
      ['a/skipped', 'file', 0],
      [long, 'file', 700],
      ['link', 'other', 0],
      ['empty', 'file', 0],
    ];
    for (const size of [1, 333, 512, 100_000]) expect(await contents(tar, size)).toEqual(expected);
  });

  it('names damage: a header that does not fit its checksum, an end in the middle', async () => {
    const tar = await packTar([{ header: { name: 'x', size: 2000 }, body: new Uint8Array(2000) }]);
    await expect(contents(tar.subarray(0, 1000))).rejects.toMatchObject({ code: 'file-unreadable' });
    const changed = Uint8Array.from(tar);
    changed[0] = 0x79;
    await expect(contents(changed)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('refuses a name of more than a megabyte unread', async () => {
    const tar = Buffer.from(await packTar([{ header: { name: long, size: 0 } }]));
    // The size of the PAX record, and the sum over its header again (without its own eight bytes, which count as spaces).
    tar.write('77777777777\0', 124, 'latin1');
    const sum = tar.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(contents(tar)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('too long'),
    });
  });
});

it('a marker keeps out names at any depth, rooted paths, folders and nothing else', async () => {
  writeFileSync(
    path.join(folder, '.groundglass-ignore'),
    '# remark\n\nmasks/\n*.tmp\nraw/*.dcm\n/top.dcm\ndeep/**/x.dcm\n(a+b).dcm\n',
  );
  const isIgnored = await readIgnoreRules(folder);
  const paths = [
    'masks/a',
    'b/masks/c/d',
    'x.tmp',
    'b/x.tmp',
    'raw/1.dcm',
    'top.dcm',
    'deep/1/2/x.dcm',
    'deep/x.dcm',
    '(a+b).dcm',
  ];
  expect(paths.filter((file) => !isIgnored?.(file))).toEqual([]);
  const kept = ['masks', 'x.tmp2', 'raw/b/1.dcm', 'b/top.dcm', 'deep/y.dcm', 'aab.dcm', 'xmasks/a'];
  expect(kept.filter((file) => isIgnored?.(file))).toEqual([]);
});

it('a DICOMDIR gives the files it names, none that lead out of its folder', async () => {
  const file = path.join(folder, 'DICOMDIR');
  const ids = ['A\\B ', '..\\C', 'D/E', 'F'];
  writeFileSync(file, dicomFile([['00041220', 'SQ', ids.map((id) => [['00041500', 'CS', id] as const])]]));
  expect(await readDicomdir(file)).toEqual([['A', 'B'], ['F']]);
});
