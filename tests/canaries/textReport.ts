import { wilsonInterval } from '../../main/domain/statistics/proportion.ts';
import type { Canary, TextMeasurement } from './burnedInText.ts';

const enough = 0.9;

/** Recall by every property, and what the detector says where there is nothing to find. */
export function textReport(
  { canaries, silent, seconds }: TextMeasurement,
  { command, date }: { readonly command: string; readonly date: string },
): string {
  const share = mean(silent.map((picture) => picture.share));
  const lines = [
    '# Text burnt into pictures',
    '',
    `\`${command}\`, ${date.slice(0, 10)}. ${canaries.length} texts in ${silent.length} pictures of eight kinds: four faces (hard dots,`,
    'anti-aliased strokes, slanted, bold), capitals 8 to 30 pixels high, 30 to 200 grey levels of 255 brighter or darker than what',
    'is below them, in colour pictures half of them coloured. Found: at least 90 % of its rectangle is inside the proposed boxes.',
    `Without text the boxes cover ${percent(share)} of a picture (${mean(silent.map(({ boxes }) => boxes)).toFixed(1)} boxes): by chance alone a text`,
    `would be found about that often. ${((seconds * 1000) / (2 * silent.length)).toFixed(0)} ms a picture.`,
    '',
    `Recall over all: **${recall(canaries)}**; of those with a contrast of 50 and more: **${recall(canaries.filter(({ contrast }) => contrast >= 50))}**.`,
    '',
    ...table('Contrast', canaries, ({ contrast }) => `${contrast}`),
    ...table('Height of capitals, pixels', canaries, ({ height }) => `${height}`),
    ...table('Face', canaries, ({ face }) => face),
    ...table('Than what is below', canaries, ({ polarity }) => polarity),
    ...table('Ink', canaries, ({ isColoured }) => (isColoured ? 'coloured' : 'grey')),
    ...table('Picture', canaries, ({ background }) => background),
    '| Picture without text | share in boxes |',
    '|---|---|',
    ...[...Map.groupBy(silent, ({ background }) => background)].map(
      ([kind, pictures]) => `| ${kind} | ${percent(mean(pictures.map((picture) => picture.share)))} |`,
    ),
    '',
  ];
  return `${lines.join('\n')}`;
}

function table(title: string, canaries: readonly Canary[], of: (canary: Canary) => string): string[] {
  const groups = [...Map.groupBy(canaries, of)].sort(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return [`| ${title} | recall |`, '|---|---|', ...groups.map(([name, group]) => `| ${name} | ${recall(group)} |`), ''];
}

/** `0.93 [0.90, 0.95], n = 151` */
function recall(canaries: readonly Canary[]): string {
  const found = canaries.filter(({ covered }) => covered >= enough).length;
  const share = found / canaries.length;
  const { low, high } = wilsonInterval(share, canaries.length);
  return `${share.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}], n = ${canaries.length}`;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
