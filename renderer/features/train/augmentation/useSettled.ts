import { useEffect, useState } from 'react';

/** The value once it has stayed the same for `milliseconds`: a slider that is being dragged asks for one answer only. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
