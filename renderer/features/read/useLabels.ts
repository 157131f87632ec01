import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Geometry, Label, LabelDefinition, LabelTarget } from '../../../main/contract/labels.ts';
import type { SeriesInstanceUid } from '../../../main/domain/ids.ts';
import { useCurrentReader } from '../../client/currentReader.ts';
import { type InputOf, useCommand } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { runAction } from '../../components/actions/registry.ts';
import { pendingPrefix } from './marksOf.ts';
import type { Undo } from './useUndo.ts';

type SaveInput = InputOf<'labels.save'>;
interface LabelList {
  readonly labels: readonly Label[];
}

export interface LabelCommands {
  /** Saves the answer to a question; the same answer again changes nothing. */
  readonly answer: (definition: LabelDefinition, target: LabelTarget, value: string, labels: readonly Label[]) => void;
  readonly retract: (label: Label) => void;
  readonly drawLesion: (definition: LabelDefinition, value: string, target: LabelTarget, geometry: Geometry) => void;
  readonly reviseLesion: (label: Label, change: { geometry?: Geometry; value?: string }) => void;
  /** Definition ids whose answer is on its way. */
  readonly saving: ReadonlySet<string>;
}

export const isSameTarget = (a: LabelTarget, b: LabelTarget): boolean =>
  a.studyInstanceUid === b.studyInstanceUid &&
  a.seriesInstanceUid === b.seriesInstanceUid &&
  a.sopInstanceUid === b.sopInstanceUid &&
  a.frameNumber === b.frameNumber;

/**
 * Label changes of the current reader on one series. Every gesture is one command at once; the list on screen changes
 * when the core has answered (a new lesion is drawn dashed until then); undo and redo write revisions.
 */
export function useLabels(seriesInstanceUid: SeriesInstanceUid | undefined, undo: Undo): LabelCommands {
  const cache = useQueryClient();
  const { reader } = useCurrentReader();
  const save = useCommand('labels.save');
  const retract = useCommand('labels.retract');
  const [saving, setSaving] = useState<ReadonlySet<string>>(new Set());
  /** Latest known revision by label id, against overwriting what came later from elsewhere. */
  const revisions = useRef(new Map<string, number>());

  const updateList = (change: (labels: readonly Label[]) => readonly Label[]): void => {
    if (!seriesInstanceUid) return;
    cache.setQueryData<LabelList>(['labels.list', { seriesInstanceUid }], (list) => ({
      labels: change(list?.labels ?? []),
    }));
  };
  const keep = (label: Label): void => {
    revisions.current.set(label.id, label.revision);
    updateList((labels) => [...labels.filter(({ id }) => id !== label.id), label]);
  };
  const write = async (input: SaveInput): Promise<Label | undefined> => {
    const known = input.labelId === undefined ? undefined : revisions.current.get(input.labelId);
    const label = await save.run(known === undefined ? input : { ...input, expectedRevision: known });
    if (label) keep(label);
    return label;
  };
  const takeBack = async (labelId: string, readerId: string): Promise<boolean> => {
    const known = revisions.current.get(labelId);
    const label = await retract.run({ labelId, readerId, ...(known === undefined ? {} : { expectedRevision: known }) });
    if (label) keep(label);
    return label !== undefined;
  };
  const inputOf = (label: Label): SaveInput => ({
    labelId: label.id,
    definitionId: label.definitionId,
    readerId: label.readerId,
    target: label.target,
    value: label.value,
    ...(label.geometry ? { geometry: label.geometry } : {}),
  });
  const isSaved = async (label: Promise<Label | undefined>): Promise<boolean> => (await label) !== undefined;
  const whoReads = (): string | undefined => {
    if (!reader) {
      notify({ tone: 'warn', text: 'Say who is reading first, at the top right. Then answer again.' });
      runAction('app.reader');
    }
    return reader?.id;
  };

  const answer: LabelCommands['answer'] = async (definition, target, value, labels) => {
    const readerId = whoReads();
    if (!readerId) return;
    const before = labels.find(
      (label) =>
        label.definitionId === definition.id &&
        label.readerId === readerId &&
        !label.isRetracted &&
        isSameTarget(label.target, target),
    );
    if (before?.value === value) return;
    if (before) revisions.current.set(before.id, before.revision);
    setSaving((set) => new Set(set).add(definition.id));
    const label = await write({ definitionId: definition.id, readerId, target, value });
    setSaving((set) => new Set([...set].filter((id) => id !== definition.id)));
    if (!label) return;
    undo.push({
      title: `${definition.name}: ${value}`,
      undo: () => (before ? isSaved(write(inputOf(before))) : takeBack(label.id, readerId)),
      redo: () => isSaved(write(inputOf(label))),
    });
  };

  const remove: LabelCommands['retract'] = async (label) => {
    revisions.current.set(label.id, label.revision);
    if (!(await takeBack(label.id, label.readerId))) return;
    undo.push({
      title: `removed ${label.value}`,
      undo: () => isSaved(write(inputOf(label))),
      redo: () => takeBack(label.id, label.readerId),
    });
  };

  const drawLesion: LabelCommands['drawLesion'] = async (definition, value, target, geometry) => {
    const readerId = whoReads();
    if (!readerId) return;
    const input: SaveInput = { definitionId: definition.id, readerId, target, value, geometry };
    const pending = pendingLabel(input, target, geometry);
    updateList((labels) => [...labels, pending]);
    const label = await write(input);
    updateList((labels) => labels.filter(({ id }) => id !== pending.id));
    if (!label) return;
    undo.push({
      title: `${value} drawn`,
      undo: () => takeBack(label.id, readerId),
      redo: () => isSaved(write(inputOf(label))),
    });
  };

  const reviseLesion: LabelCommands['reviseLesion'] = async (label, change) => {
    revisions.current.set(label.id, label.revision);
    const after = await write({ ...inputOf(label), ...change });
    if (!after) return;
    undo.push({
      title: change.value ? `${label.value} to ${change.value}` : `${label.value} changed`,
      undo: () => isSaved(write(inputOf(label))),
      redo: () => isSaved(write(inputOf(after))),
    });
  };

  return { answer, retract: remove, drawLesion, reviseLesion, saving };
}

let pendingCount = 0;

function pendingLabel(input: SaveInput, target: LabelTarget, geometry: Geometry): Label {
  pendingCount += 1;
  return {
    id: `${pendingPrefix}${pendingCount}`,
    revision: 1,
    definitionId: input.definitionId,
    readerId: input.readerId,
    readerName: '',
    scope: 'lesion',
    target,
    value: input.value,
    geometry,
    isRetracted: false,
    createdAt: '',
  };
}
