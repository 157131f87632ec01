import type { ReactNode } from 'react';

export function Guide(): ReactNode {
  return null;
}
