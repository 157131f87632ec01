import type { PlanChoice, SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';

/** Below this many test cases of the smaller class an interval of the AUROC is wider than most differences of interest. */
const LEAST_TEST_CASES = 30;

function sizeChoice({ size, unit, source, cropMm }: SnapshotFingerprint): PlanChoice {
  const choice = { key: 'size', title: 'Picture size', value: `${size} × ${size} pixels` };
  const side = source?.side.median;
  if (side === undefined) return { ...choice, reason: 'As the dataset was made.', isAdvice: false };
  if (unit === 'lesion' && cropMm !== undefined) {
    const spacing = source?.spacingMm?.median;
    const own = spacing === undefined ? undefined : cropMm / spacing;
    const detail = own === undefined ? '' : `, ${Math.round(own)} pixels in the original`;
    return { ...choice, reason: `A crop of ${cropMm} mm${detail}.`, isAdvice: false };
  }
  const factor = side / size;
  if (factor >= 6)
    return {
      ...choice,
      reason: `The originals are about ${Math.round(side)} pixels wide, ${factor.toFixed(0)} times as much: fine detail is lost. A dataset of 224 pixels or of crops shows more, and takes longer.`,
      isAdvice: true,
    };
  if (factor < 0.8)
    return {
      ...choice,
      reason: `The originals are about ${Math.round(side)} pixels wide: a smaller dataset would lose nothing and train faster.`,
      isAdvice: true,
    };
  return {
    ...choice,
    reason: `The originals are about ${Math.round(side)} pixels wide: shapes stay, and training takes minutes instead of hours.`,
    isAdvice: false,
  };
}

function foldChoice({ folds, leastTestCases, trainCases, task }: SnapshotFingerprint): PlanChoice {
  const choice = { key: 'folds', title: 'Parts' };
  if (folds !== undefined)
    return {
      ...{ ...choice, value: `${folds} trainings, one per fold`, isAdvice: false },
      reason: 'Every case is tested once by a network that never saw its patient; the networks answer together.',
    };
  const value = 'one training, one test part';
  if (leastTestCases >= LEAST_TEST_CASES)
    return { ...choice, value, reason: 'The test part is large enough for a useful interval.', isAdvice: false };
  return {
    ...{ ...choice, value, isAdvice: true },
    reason: `Only ${leastTestCases} test cases${task === 'regression' ? '' : ' of the smallest class'}: the result will have a wide interval.${trainCases < 1500 ? ' A dataset with 5 folds tests every case.' : ''}`,
  };
}

function deviceChoice({ device }: SnapshotFingerprint): PlanChoice {
  const choice = { key: 'device', title: 'Device', value: device.title };
  if (device.trainingSpeed === undefined)
    return {
      ...choice,
      reason: 'Not measured yet, so the time is a guess: test the devices in Settings.',
      isAdvice: true,
    };
  return { ...choice, reason: 'The fastest device of this machine that passed its self-test.', isAdvice: false };
}

/** What a plan cannot change but a person may: the dataset's size and parts, and the device. */
export const adviseDataset = (
  fingerprint: SnapshotFingerprint,
): { size: PlanChoice; folds: PlanChoice; device: PlanChoice } => ({
  size: sizeChoice(fingerprint),
  folds: foldChoice(fingerprint),
  device: deviceChoice(fingerprint),
});
