import { expect } from '@playwright/test';
import { runCommand } from './startGroundglass.ts';
import type { Workbench } from './workbench.ts';

/** A dataset of 24 phantom films, made by commands that attach to the running program, open on its page. */
export async function openFilmDataset(bench: Workbench, sizePx: number): Promise<void> {
  const phantoms = `${bench.folder}/phantoms`;
  for (const command of [
    ['phantom', `--out=${phantoms}`, '--patients=24', '--kind=cr'],
    ['import', phantoms],
    ['labels', 'import', `${phantoms}/labels.csv`],
    ['dataset', 'create', '--target=film-image', `--size=${sizePx}`],
  ]) {
    const { code, lines } = await runCommand(bench.folder, ...command);
    expect(code, JSON.stringify(lines.at(-1))).toBe(0);
  }
  await bench.page.reload();
  await bench.frame.goTo('Datasets');
  await bench.page.getByRole('table', { name: 'Datasets' }).getByRole('row').nth(1).click();
}
