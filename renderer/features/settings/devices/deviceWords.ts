import type { DeviceInfo, DeviceTest } from '../../../../main/contract/devices.ts';
import { formatBytes, formatDuration, formatTime } from '../../../components/format.ts';

export const stateBadges = {
  passed: { tone: 'ok', text: 'passed its test' },
  failed: { tone: 'bad', text: 'failed: not used' },
  untested: { tone: 'neutral', text: 'not tested yet' },
  outdated: { tone: 'warn', text: 'test again' },
  absent: { tone: 'neutral', text: 'not on this machine' },
} as const satisfies Record<DeviceInfo['state'], { tone: string; text: string }>;

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
