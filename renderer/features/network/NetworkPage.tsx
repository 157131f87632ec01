import type { ReactNode } from 'react';
import { ArchitectureId } from '../../../main/contract/training.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { navigate, useRoute } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { NetworkInputFields, type ShownInput } from './NetworkInputFields.tsx';
import { NetworkTable } from './NetworkTable.tsx';
import { NetworkView } from './NetworkView.tsx';
import './network.css';

const number = (text: string | undefined, usual: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : usual;
};

/**
 * `network`: all architectures; `network/<architecture>?size=&channels=&classes=&batch=`: inside one before training;
 * `network?model=<id>`: inside a model.
 */
export function NetworkPage(): ReactNode {
  const { params, query } = useRoute();
  const architecture = ArchitectureId.safeParse(params[0]).data;
  const modelId = query.model;
  const isModel = modelId !== undefined;
  const input: ShownInput = {
    size: number(query.size, 128),
    channels: query.channels === '3' ? 3 : 1,
    classes: number(query.classes, 2),
    batchSize: number(query.batch, 16),
  };
  const isList = !isModel && architecture === undefined;
  const list = useQueryOf('networks.list', input, { enabled: isList, keepPrevious: true, staleTimeMs: Infinity });
  const { size, ...others } = input;
  const inside = useQueryOf(
    'networks.describe',
    isModel
      ? { modelId, batchSize: input.batchSize, ...(query.size === undefined ? {} : { size }) }
      : { ...others, size, ...(architecture ? { architecture } : {}) },
    { enabled: !isList, keepPrevious: true, staleTimeMs: Infinity },
  );
  const change = (next: Partial<ShownInput>): void => {
    const { batchSize, ...rest } = { ...input, ...next };
    const texts = Object.fromEntries(Object.entries({ ...rest, batch: batchSize }).map(([k, v]) => [k, String(v)]));
    navigate('network', params, isModel ? { model: modelId, ...texts } : texts);
  };
  const shown = isList ? undefined : inside.data;
  const error = isList ? list.error : inside.error;
  const fields = { ...input, size: isModel ? (shown?.inputShape[1] ?? size) : size };
  return (
    <div className="page network">
      <header className="page-header">
        <div>
          <h1>{isList ? 'Networks' : (shown?.title ?? 'Network')}</h1>
          <p>{isList ? 'What each is for, and what it costs with images like yours.' : (shown?.description ?? ' ')}</p>
        </div>
        <div className="row">
          {isList ? null : <Button onClick={() => history.back()}>Back</Button>}
          {isList ? null : <Button onClick={() => navigate('network', [], withoutModel(query))}>All networks</Button>}
        </div>
      </header>
      <NetworkInputFields input={fields} isModel={isModel} onChange={change} />
      {error ? <ErrorState text={errorText(error)} /> : null}
      {!error && !(isList ? list.data : shown) ? (
        <div className="stack" role="status">
          <ProgressBar label="Reading the network" />
          <p className="dim">Reading the network ...</p>
        </div>
      ) : null}
      {isList && list.data ? (
        <NetworkTable networks={list.data.networks} onChoose={({ id }) => navigate('network', [id], { ...query })} />
      ) : null}
      {shown && !error ? <NetworkView key={shown.title} network={shown} /> : null}
    </div>
  );
}

function withoutModel(query: Readonly<Record<string, string>>): Record<string, string> {
  const { model: _, ...rest } = query;
  return rest;
}
