import type { DeviceInfo, DeviceTest, MeasuredSpeed } from '../../../../main/contract/devices.ts';
import { formatBytes, formatDuration, formatTime } from '../../../components/format.ts';

export const stateBadges = {
  passed: { tone: 'ok', text: 'passed its test' },
  failed: { tone: 'bad', text: 'failed: not used' },
  untested: { tone: 'neutral', text: 'not tested yet' },
  outdated: { tone: 'warn', text: 'test again' },
  absent: { tone: 'neutral', text: 'not on this machine' },
} as const satisfies Record<DeviceInfo['state'], { tone: string; text: string }>;

/** Two digits that mean something. */
export const formatRate = (perSecond: number): string =>
  `${perSecond >= 100 ? Math.round(perSecond / 10) * 10 : perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} images/s`;

const networkTitles: Readonly<Record<string, string>> = { resnet18: 'ResNet-18' };

/** `ResNet-18, 128 px, 16 at a time` */
export const workOf = ({ network, size, batchSize }: MeasuredSpeed): string =>
  `${networkTitles[network] ?? network}, ${size} px, ${batchSize} at a time`;

/** What a test found, name and value. */
export function testFacts(test: DeviceTest): readonly (readonly [name: string, value: string])[] {
  const facts: [string, string][] = [];
  if (test.worstDifference !== undefined)
    facts.push(['Largest difference of a loss', `${(100 * test.worstDifference).toPrecision(2)} % (allowed: 0.1 %)`]);
  if (test.isRepeatable !== undefined)
    facts.push(['The same steps again', test.isRepeatable ? 'gave the same bits' : 'differ in the last digits']);
  if (test.memoryBytes !== undefined) facts.push(['Main memory in training', formatBytes(test.memoryBytes)]);
  facts.push(['Tested', `${formatTime(test.testedAt)}, in ${formatDuration(test.seconds)}`]);
  return facts;
}
