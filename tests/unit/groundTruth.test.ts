import { describe, expect, it } from 'vitest';
import { describeRule, groundTruth, type ReaderAnswer } from '../../main/domain/groundTruth.ts';

const answer = (caseKey: string, reader: string, value: string, extra: Partial<ReaderAnswer> = {}): ReaderAnswer => ({
  caseKey,
  reader,
  value,
  revisionId: `${reader}-${caseKey}#1`,
  ...extra,
});

describe('groundTruth', () => {
  it('takes the common answer and leaves disagreement out', () => {
    const result = groundTruth(
      [
        answer('a', 'Ann', 'benign'),
        answer('a', 'Bob', 'benign'),
        answer('b', 'Ann', 'benign'),
        answer('b', 'Bob', 'malign'),
      ],
      { kind: 'common' },
    );
    expect(result).toEqual({
      truths: [{ caseKey: 'a', value: 'benign', revisionIds: ['Ann-a#1', 'Bob-a#1'] }],
      doubts: [{ caseKey: 'b', code: 'unadjudicated' }],
    });
  });

  it('lets adjudication overrule the readers', () => {
    const adjudicated = answer('b', 'Chair', 'malign', { isAdjudicated: true });
    const result = groundTruth([answer('b', 'Ann', 'benign'), adjudicated, answer('b', 'Bob', 'malign')], {
      kind: 'common',
    });
    expect(result.truths).toEqual([{ caseKey: 'b', value: 'malign', revisionIds: ['Chair-b#1'] }]);
  });

  it('follows one named reader alone', () => {
    const answers = [answer('a', 'Ann', 'benign'), answer('a', 'Bob', 'malign'), answer('b', 'Bob', 'malign')];
    const result = groundTruth(answers, { kind: 'reader', reader: 'Ann' });
    expect(result.truths.map((t) => t.value)).toEqual(['benign']);
    expect(result.doubts).toEqual([{ caseKey: 'b', code: 'not-read' }]);
    expect(describeRule({ kind: 'reader', reader: 'Ann' })).toContain('Ann');
  });
});
