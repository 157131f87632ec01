import type { ReactNode } from 'react';

export function StartPage(): ReactNode {
  return <div className="page" />;
}
