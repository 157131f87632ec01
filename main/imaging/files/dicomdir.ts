import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { parseElements } from '../dicom/parseElements.ts';
import { openSource } from './openSource.ts';

/**
 * The files that a DICOMDIR names (ReferencedFileID of its directory records, PS3.3 F.3.2.2), each as the components of a path
 * below the DICOMDIR's folder. Those that lead out of it are left out. Errors: those of `openSource` and parsing;
 * not-an-image where it is no DICOMDIR.
 */
export async function readDicomdir(address: string): Promise<string[][]> {
  const { bytes, elements } = parseElements(await openSource(address));
  const records = elements.x00041220?.items;
  if (!records) throw new AppError('not-an-image', 'This is not a DICOMDIR.');
  return records.flatMap(({ x00041500: id }) => {
    if (!id || id.length === 0) return [];
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + id.dataOffset, id.length).toString('latin1');
    const components = text.split('\\').map((part) => part.replace(/[\0 ]+$/, ''));
    const isInside = components.every((part) => part !== '' && part !== '.' && part !== '..' && !/[/\\\0]/.test(part));
    return isInside ? [components] : [];
  });
}

/**
 * Finds named files below a folder, whatever the case and endings that the disc's file system gave them (`IMG0001`,
 * `img0001`, `IMG0001.;1`). Keeps the names of each folder it has looked into.
 */
export function fileFinder(folder: string): (components: readonly string[]) => Promise<string | undefined> {
  const listings = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const namesIn = (where: string): Promise<ReadonlyMap<string, string>> => {
    const known = listings.get(where);
    if (known) return known;
    const listing = readdir(where).then(
      (names) => new Map(names.map((name) => [plainName(name), name])),
      () => new Map<string, string>(),
    );
    listings.set(where, listing);
    return listing;
  };
  return async (components) => {
    let at = folder;
    for (const component of components) {
      const name = (await namesIn(at)).get(plainName(component));
      if (name === undefined) return undefined;
      at = path.join(at, name);
    }
    return at;
  };
}

const plainName = (name: string): string => name.toLowerCase().replace(/;1$/, '').replace(/\.$/, '');
