import { describe, expect, test } from 'vitest';
import {
  decimalsOf,
  measureText,
  numberProblem,
  numberText,
  scaleText,
  typedNumber,
} from '../../../main/domain/numberAnswer.ts';

const lengths = { unit: 'mm', minimum: 0, maximum: 60 };

describe('a typed number', () => {
  test.each([
    ['12', 12],
    [' 12.4 ', 12.4],
    ['12,4', 12.4],
    ['-3', -3],
    ['.5', 0.5],
    ['7.', 7],
  ])('%j is %d', (text, value) => expect(typedNumber(text)).toBe(value));

  test.each(['', 'abc', '1e3', '1,000.5', '12 mm', '0x10', '--1', 'Infinity', '.'])('%j is none', (text) =>
    expect(typedNumber(text)).toBeUndefined(),
  );

  test('is kept in one way', () => {
    expect(numberText(12.4)).toBe('12.4');
    expect(numberText(typedNumber('12,40') ?? 0)).toBe('12.4');
    expect(numberText(-0)).toBe('0');
  });

  test('has to lie on the scale, both ends included', () => {
    expect(numberProblem('0', lengths)).toBeUndefined();
    expect(numberProblem('60', lengths)).toBeUndefined();
    expect(numberProblem('60.1', lengths)).toBe('60.1 is not from 0 to 60 mm.');
    expect(numberProblem('x', lengths)).toBe("'x' is not a number.");
    expect(numberProblem('6', { unit: '', minimum: 1, maximum: 5 })).toBe('6 is not from 1 to 5.');
  });

  test('is shown with the digits that the scale allows', () => {
    expect(measureText(12.345, lengths)).toBe('12.3 mm');
    expect(measureText(3.456, { unit: '', minimum: 1, maximum: 5 })).toBe('3.46');
    expect(decimalsOf({ minimum: 0, maximum: 240 })).toBe(0);
    expect(decimalsOf({ minimum: 0, maximum: 1 })).toBe(3);
    expect(scaleText(lengths)).toBe('0 to 60 mm');
  });
});
