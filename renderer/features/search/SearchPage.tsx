import type { ReactNode } from 'react';
import { useRoute } from '../../components/navigation.ts';
import { SearchDetailPage } from './SearchDetailPage.tsx';
import { SearchList } from './SearchList.tsx';
import './search.css';

/** `search`, `search?snapshot=<id>`, `search/<searchId>` */
export function SearchPage(): ReactNode {
  const { params, query } = useRoute();
  const [searchId] = params;
  if (searchId !== undefined) return <SearchDetailPage key={searchId} searchId={searchId} />;
  return <SearchList snapshotId={query.snapshot} />;
}
