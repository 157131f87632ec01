import { useAction } from '../../components/actions/registry.ts';

/** Binds the ten digit keys; digits come from `event.code`, so every keyboard layout works. */
export function useAnswerKeys(onDigit: (digit: string) => void): void {
  useAction('read.answer0', () => onDigit('0'));
  useAction('read.answer1', () => onDigit('1'));
  useAction('read.answer2', () => onDigit('2'));
  useAction('read.answer3', () => onDigit('3'));
  useAction('read.answer4', () => onDigit('4'));
  useAction('read.answer5', () => onDigit('5'));
  useAction('read.answer6', () => onDigit('6'));
  useAction('read.answer7', () => onDigit('7'));
  useAction('read.answer8', () => onDigit('8'));
  useAction('read.answer9', () => onDigit('9'));
}
