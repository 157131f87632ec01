import type { ReactNode } from 'react';

export function DropAnywhere(): ReactNode {
  return null;
}
