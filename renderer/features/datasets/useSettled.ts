import { useEffect, useState } from 'react';

/** `value` once it has not changed for `delayMs`; the first one at once. */
export function useSettled<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  const isFirst = settled === undefined && value !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values with another identity are no change
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), isFirst ? 0 : delayMs);
    return () => clearTimeout(timer);
  }, [key, delayMs, isFirst]);
  return JSON.stringify(settled) === key ? value : settled;
}
