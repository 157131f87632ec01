import { useEffect, useState } from 'react';

/** True once `isOn` has been so for `ms`: what is over at once is not worth a sign that it takes time. */
export function useLate(isOn: boolean, ms: number): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isOn, ms]);
  return isLate;
}
