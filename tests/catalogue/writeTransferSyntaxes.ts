/**
 * Writes docs/transfer-syntaxes.md from the table of transfer syntaxes and the DICOM zoo:
 *
 *   node tests/catalogue/writeTransferSyntaxes.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { transferSyntaxes } from '../../main/imaging/dicom/transferSyntaxes.ts';
import { type InspectRow, inspectFile } from '../../main/imaging/inspectFile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const zoo = path.resolve(root, '../shared/data/dicom-zoo');

type Entry = Record<string, string>;
type Outcome = 'equal' | 'near' | 'no image' | 'refused' | 'unexpected';

interface Checked {
  readonly entry: Entry;
  readonly row: InspectRow;
  readonly outcome: Outcome;
}

const decoders: Readonly<Record<string, string>> = {
  native: 'own',
  'encapsulated-native': 'own',
  'deflated-frames': 'own, zlib',
  rle: 'own',
  'jpeg-dct': 'libjpeg-turbo (WebAssembly), own',
  // Progressive.
  '1.2.840.10008.1.2.4.53': 'own',
  '1.2.840.10008.1.2.4.55': 'own',
  'jpeg-lossless': 'own',
  'jpeg-ls': 'CharLS (WebAssembly)',
  'jpeg-2000': 'OpenJPEG (WebAssembly)',
  'jpeg-xl': 'libjxl (WebAssembly)',
  unsupported: 'none',
};

async function check(entry: Entry): Promise<Checked> {
  const row = await inspectFile(path.join(zoo, entry.file ?? ''), { pixels: true, root: zoo });
  return { entry, row, outcome: outcomeOf(entry, row) };
}

function outcomeOf(entry: Entry, row: InspectRow): Outcome {
  const isGood = entry.decodes === 'yes' && entry.expect?.startsWith('ok') === true;
  if (row.decodes === 'yes' && entry.decodes === 'yes') {
    if (row.px_sha256 === entry.px_sha256) return 'equal';
    return isNear(entry, row) && isGood ? 'near' : 'unexpected';
  }
  if (isGood) return 'unexpected';
  return row.error ? 'refused' : 'no image';
}

/** Minimum, maximum and mean within 1 % of the range. */
function isNear(entry: Entry, row: InspectRow): boolean {
  const allowed = 0.01 * (Number(entry.px_max) - Number(entry.px_min));
  const columns = ['px_min', 'px_max', 'px_mean'] as const;
  return columns.every((column) => Math.abs(Number(row[column]) - Number(entry[column])) <= allowed);
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const manifest: Entry[] = parse(readFileSync(path.join(zoo, 'manifest.csv')), { columns: true });
const checked: Checked[] = [];
for (const entry of manifest) checked.push(await check(entry));

const count = (uid: string, outcome: Outcome) =>
  checked.filter((c) => c.entry.transfer_syntax === uid && c.outcome === outcome).length;
const named = transferSyntaxes.map(({ uid, name, codec }) => ({
  uid,
  name: name === uid ? 'Deflated Image Frame Compression' : name,
  codec,
}));
const rows = [...named, { uid: '', name: '(none named in the file)', codec: 'native' }].map(({ uid, name, codec }) => {
  const outcomes = (['equal', 'near', 'no image', 'refused', 'unexpected'] as const).map((o) => count(uid, o) || '');
  return [uid, name, decoders[uid] ?? decoders[codec] ?? codec, ...outcomes];
});
const unread = checked
  .filter(({ outcome }) => outcome === 'refused' || outcome === 'unexpected')
  .map(({ entry, row, outcome }) => [
    `\`${entry.file}\``,
    outcome,
    row.error?.code ?? '',
    `${row.error?.message ?? ''} (manifest: ${entry.expect})`.replaceAll('|', '\\|'),
  ]);
const total = (outcome: Outcome) => checked.filter((c) => c.outcome === outcome).length;

writeFileSync(
  path.join(root, 'docs/transfer-syntaxes.md'),
  `# Transfer syntaxes

Written by \`node tests/catalogue/writeTransferSyntaxes.ts\` from the program's table and the ${checked.length} files of the DICOM zoo.

**equal**: the SHA-256 of all stored values is the one in the zoo's manifest, also where the syntax is lossy. **near**: lossy, and
minimum, maximum and mean lie within 1 % of the range. **no image**: the file is read and holds no pixels. **refused**: an error
code, as the manifest expects. **unexpected**: anything else. Images in a syntax without decoder are listed with the finding
\`unsupported-pixels\`, images cut short with \`truncated-pixels\`; neither is shown nor used for training.

In all: ${total('equal')} equal, ${total('near')} near, ${total('no image')} without an image, ${total('refused')} refused, ${total('unexpected')} unexpected.

${table(['UID', 'Name', 'Decoder', 'equal', 'near', 'no image', 'refused', 'unexpected'], rows)}

Without decoder are the video syntaxes (no maintained decoder as WebAssembly without a media stack), JPIP (the pixels are on a
server) and part 2 of JPEG 2000. Retired JPEG processes with arithmetic coding or hierarchy are not in the table and end the same way.
High-throughput JPEG 2000 goes through OpenJPEG, which gives the reference values of all four files; OpenJPH is off by one in 678
samples of the lossy one, and is known to run for ever on some damaged streams. The zoo has no file of JPEG XL .110 and .112; a unit
test encodes and decodes 8 and 16 bits without loss.

## Files of the zoo that are refused

${table(['File', 'Outcome', 'Code', 'Why'], unread)}
`,
);
console.log(`${total('unexpected')} unexpected of ${checked.length}`);
process.exitCode = total('unexpected') > 0 ? 1 : 0;
