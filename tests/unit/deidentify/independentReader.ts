import { createRequire } from 'node:module';

interface Dcmjs {
  readonly data: {
    readonly DicomMessage: {
      readFile(buffer: ArrayBuffer): {
        readonly dict: Readonly<Record<string, { readonly Value: readonly unknown[] }>>;
      };
    };
    readonly DicomMetaDictionary: { naturalizeDataset(dict: object): Readonly<Record<string, unknown>> };
  };
}

// The package has no types; what is used of it is written down above.
const dcmjs: Dcmjs = createRequire(import.meta.url)('dcmjs');

/** A data set as dcmjs reads it, by keyword. */
export function readIndependently(file: Uint8Array): Readonly<Record<string, unknown>> {
  const { dict } = dcmjs.data.DicomMessage.readFile(Uint8Array.from(file).buffer);
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
}
