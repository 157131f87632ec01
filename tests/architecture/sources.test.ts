import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const MOST_LINES = 400;
const MOST_LINES_OF_A_TEST = 600;

const inFolder = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const isSource = (file: string): boolean => /\.(ts|tsx|mjs|cjs|css)$/.test(file);
const sources = ['main', 'renderer', 'electron', 'bench'].flatMap(inFolder).filter(isSource);
const tests = inFolder('tests').filter(isSource);
const texts = [...sources, ...tests, ...inFolder('docs').filter((file) => file.endsWith('.md'))];

const linesOf = (file: string): number => read(file).split('\n').length - 1;
const longerThan = (files: readonly string[], most: number): string[] =>
  files.filter((file) => linesOf(file) > most).map((file) => `${file}: ${linesOf(file)} lines`);

/** Files of the list whose text matches, with the matching line. */
function linesLike(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );
}

describe('sources', () => {
  it('stay short enough to read', () => {
    expect(
      longerThan(
        sources.filter((file) => !file.endsWith('.css')),
        MOST_LINES,
      ),
    ).toEqual([]);
    expect(longerThan(tests, MOST_LINES_OF_A_TEST)).toEqual([]);
  });

  it('name no path of the machine they were written on', () => {
    // Put together here so that this file does not match itself.
    const machinePaths = new RegExp(['(^|[\\s\'"`(=:])/(', 'work|tmp|root|home/[a-z]+|Users/[a-z]+', ')/'].join(''));
    expect(linesLike(texts, machinePaths)).toEqual([]);
  });

  it('silence no checker and leave no console debugging or focused test behind', () => {
    const silenced = new RegExp(['@ts-', '(ignore|nocheck)|eslint-', 'disable'].join(''));
    expect(linesLike([...sources, ...tests], silenced)).toEqual([]);
    expect(linesLike(sources, /\bdebugger;|console\.debug\(/)).toEqual([]);
    expect(linesLike(tests, new RegExp(['\\b(it|test|describe)\\.', 'only\\('].join('')))).toEqual([]);
  });

  it('are named as the house names files', () => {
    const vague = /(^|\/)(utils?|helpers?|managers?|common|misc)(\/|\.[a-z]+$)/i;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
    const odd = sources
      .filter((file) => /\.tsx?$/.test(file))
      .filter((file) => /[-_ ]/.test(path.basename(file)) && !file.includes('/migrations/'));
    expect(odd.filter((file) => !file.endsWith('.d.ts'))).toEqual([]);
  });

  it.skipIf(!existsSync(path.join(root, '.git')))('keep no file that belongs elsewhere under version control', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
    expect(
      tracked.filter(
        (file) =>
          /\.(dcm|nii|nii\.gz|onnx|sqlite|log)$/.test(file) &&
          !file.startsWith('resources/') &&
          !file.startsWith('tests/fixtures/'),
      ),
    ).toEqual([]);
    expect(tracked.filter((file) => /^(dist|node_modules|test-results)\//.test(file))).toEqual([]);
  });
});
