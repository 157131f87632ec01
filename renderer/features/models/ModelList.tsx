import { type ReactNode, useState } from 'react';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { navigate } from '../../components/navigation.ts';
import { ImportModelDialog } from './ImportModelDialog.tsx';
import { ModelTable } from './ModelTable.tsx';
import { ResearchLine } from './ResearchLine.tsx';

/** Every model of the workspace, newest first. */
export function ModelList(): ReactNode {
  const { data, error, refetch } = useQueryOf('models.list', {});
  const [compared, setCompared] = useState<readonly string[]>([]);
  const [isImporting, setImporting] = useState(false);
  const models = [...(data?.models ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const toggle = (id: string): void =>
    setCompared(compared.includes(id) ? compared.filter((each) => each !== id) : [...compared, id].slice(-2));
  return (
    <div className="page">
      <header className="page-header">
        <div>
          <h1>Models</h1>
          <p>AUROC is of cases the model has never learned from, with its 95 % interval.</p>
        </div>
        <div className="row">
          {models.length > 1 ? (
            <Button
              disabled={compared.length !== 2}
              title="Mark two models in the table"
              onClick={() => navigate('models', [], { compare: compared.join(',') })}
            >
              Compare two
            </Button>
          ) : null}
          <Button icon="plus" onClick={() => setImporting(true)}>
            Import ONNX
          </Button>
        </div>
      </header>
      {error ? <ErrorState text={errorText(error)} onRetry={() => void refetch()} /> : null}
      {data && models.length === 0 ? (
        <EmptyState icon="models" title="No model yet">
          <p>Train one on a dataset, or import a network from an ONNX file.</p>
          <Button onClick={() => navigate('train')}>Go to Train</Button>
        </EmptyState>
      ) : null}
      {models.length > 0 ? <ModelTable models={models} compared={compared} onToggle={toggle} /> : null}
      {isImporting ? <ImportModelDialog onClose={() => setImporting(false)} /> : null}
      <ResearchLine />
    </div>
  );
}
