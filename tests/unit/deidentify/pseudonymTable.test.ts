import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openPseudonymTable } from '../../../main/imaging/deidentify/pseudonymTable.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pseudonyms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'table.json');
const passphrase = 'correct horse battery';

describe('the pseudonym table', () => {
  it('finds a patient again after it was saved, both ways, and holds no name in clear text', async () => {
    const table = await openPseudonymTable(file, passphrase);
    const { pseudonym } = table.remember({ patientId: 'MRN-4711', patientName: 'Zyxw^Vuts' });
    await table.save();
    const text = readFileSync(file, 'utf8');
    for (const secret of ['4711', 'Zyxw', pseudonym]) expect(text).not.toContain(secret);
    expect(statSync(file).mode & 0o077).toBe(0);
    const again = await openPseudonymTable(file, passphrase);
    expect(again.lookUp('MRN-4711')?.pseudonym).toBe(pseudonym);
    expect(again.whoIs(pseudonym)?.patientName).toBe('Zyxw^Vuts');
    expect(again.lookUp('MRN-4712')).toBeUndefined();
    expect(again.remember({ patientId: 'MRN-4711', patientName: '' }).pseudonym).toBe(pseudonym);
  });

  it('refuses another passphrase, a changed file and a file that is something else', async () => {
    await expect(openPseudonymTable(file, 'wrong horse battery')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    const sealed = JSON.parse(readFileSync(file, 'utf8'));
    const data = Buffer.from(sealed.data, 'base64');
    data[3] = (data[3] ?? 0) ^ 1;
    const changed = path.join(folder, 'changed.json');
    writeFileSync(changed, JSON.stringify({ ...sealed, data: data.toString('base64') }));
    await expect(openPseudonymTable(changed, passphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    writeFileSync(changed, 'hello');
    await expect(openPseudonymTable(changed, passphrase)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(openPseudonymTable(changed, 'short')).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
