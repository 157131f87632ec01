import type { ReactNode } from 'react';
import { useRoute } from '../../components/navigation.ts';
import { NewDataset } from './NewDataset.tsx';
import { SnapshotList } from './SnapshotList.tsx';
import { SnapshotPage } from './SnapshotPage.tsx';
import './datasets.css';

/** `datasets`, `datasets/new?target=<name>`, `datasets/<snapshotId>` */
export function DatasetsPage(): ReactNode {
  const { params, query } = useRoute();
  const [first] = params;
  if (first === 'new') return <NewDataset wantedTarget={query.target} />;
  return first === undefined ? <SnapshotList /> : <SnapshotPage key={first} snapshotId={first} />;
}
