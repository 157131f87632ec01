import type { ReactNode } from 'react';
import { useRoute } from '../../components/navigation.ts';
import { CompareModels } from './CompareModels.tsx';
import { ModelList } from './ModelList.tsx';
import { ModelPage } from './ModelPage.tsx';
import './models.css';

/** `models`, `models?compare=<id>,<id>`, `models/<modelId>` */
export function ModelsPage(): ReactNode {
  const { params, query } = useRoute();
  const [modelId] = params;
  if (modelId !== undefined) return <ModelPage key={modelId} modelId={modelId} />;
  const compared = query.compare?.split(',') ?? [];
  return compared.length >= 2 ? <CompareModels modelIds={compared.slice(0, 2)} /> : <ModelList />;
}
