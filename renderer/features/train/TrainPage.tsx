import type { ReactNode } from 'react';
import { useRoute } from '../../components/navigation.ts';
import { NewTraining } from './NewTraining.tsx';
import { RunList } from './RunList.tsx';
import { RunPage } from './RunPage.tsx';
import './train.css';

/** `train`, `train?snapshot=<id>`, `train/<runId>` */
export function TrainPage(): ReactNode {
  const { params, query } = useRoute();
  const [runId] = params;
  if (runId !== undefined) return <RunPage key={runId} runId={runId} />;
  return query.snapshot === undefined ? (
    <RunList />
  ) : (
    <NewTraining key={query.snapshot} snapshotId={query.snapshot} backbone={query.backbone} />
  );
}
