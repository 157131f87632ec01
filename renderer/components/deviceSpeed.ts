import type { MeasuredSpeed } from '../../main/contract/devices.ts';

/** Two digits that mean something. */
export const formatRate = (perSecond: number): string =>
  `${perSecond >= 100 ? Math.round(perSecond / 10) * 10 : perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} images/s`;

const networkTitles: Readonly<Record<string, string>> = { resnet18: 'ResNet-18' };

/** `ResNet-18, 128 px, 16 at a time` */
export const workOf = ({ network, size, batchSize }: MeasuredSpeed): string =>
  `${networkTitles[network] ?? network}, ${size} px, ${batchSize} at a time`;
