import { type ReactNode, useState } from 'react';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import { useCommand } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { DefinitionEditor } from '../../components/DefinitionEditor.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Icon } from '../../components/Icon.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { NumberAnswer } from './NumberAnswer.tsx';
import { answerOf, othersAnswers, type ReadPlace, targetOf } from './readPlace.ts';
import type { LabelCommands } from './useLabels.ts';

interface QuestionsTabProps {
  /** Those that are asked about the series shown. */
  readonly questions: readonly LabelDefinition[];
  readonly modality: string | undefined;
  readonly active: LabelDefinition | undefined;
  readonly onActivate: (definitionId: string) => void;
  readonly labels: readonly Label[];
  readonly place: ReadPlace | undefined;
  readonly readerId: string | undefined;
  readonly commands: LabelCommands;
  /** A number whose first digit was typed anywhere on the page. */
  readonly typed: TypedNumber | undefined;
  /** It was given or given up. */
  readonly onTyped: () => void;
}

export interface TypedNumber {
  readonly definitionId: string;
  readonly text: string;
}

const about = { study: 'this study', series: 'this series', image: 'this image', lesion: 'lesions' } as const;

/** The questions of the workspace with their keys. The one marked takes the number keys. */
export function QuestionsTab(props: QuestionsTabProps): ReactNode {
  const { questions, modality, active, onActivate, labels, place, readerId, commands, typed, onTyped } = props;
  const [editing, setEditing] = useState<LabelDefinition | 'new'>();
  const save = useCommand('definitions.save');
  const give = (definition: LabelDefinition, value: string): void => {
    const target = place && targetOf(definition.scope, place);
    if (target) commands.answer(definition, target, value, labels);
  };
  return (
    <div className="stack">
      {questions.length === 0 ? (
        <EmptyState icon="worklist" title={modality ? `No question about ${modality} yet` : 'No question yet'}>
          Say what the readers should answer: normal or pneumonia, benign or malignant.
        </EmptyState>
      ) : null}
      {questions.map((definition) => {
        const mine = place && answerOf(labels, definition, place, readerId);
        const others = place ? othersAnswers(labels, definition, place, readerId) : [];
        return (
          <section
            key={definition.id}
            className={`question ${definition === active ? 'is-active' : ''}`}
            aria-label={definition.name}
          >
            <header className="spread">
              <button type="button" className="question-name" onClick={() => onActivate(definition.id)}>
                <h3>{definition.name}</h3>
                <span className="dim">{about[definition.scope]}</span>
              </button>
              <SavedMark isSaving={commands.saving.has(definition.id)} isSaved={mine !== undefined} />
              <IconButton icon="settings" label={`Change ${definition.name}`} onClick={() => setEditing(definition)} />
            </header>
            {definition.number ? (
              <NumberAnswer
                key={JSON.stringify(place && targetOf(definition.scope, place))}
                name={definition.name}
                scale={definition.number}
                value={mine?.value}
                typed={typed?.definitionId === definition.id ? typed.text : undefined}
                isDisabled={!place}
                onFocus={() => onActivate(definition.id)}
                onAnswer={(value) => give(definition, value)}
                onDone={onTyped}
              />
            ) : (
              <fieldset className="answers" aria-label={`Answer to ${definition.name}`}>
                {definition.values.map(({ value, colour, key }) => (
                  <button
                    key={value}
                    type="button"
                    className="answer"
                    aria-pressed={mine?.value === value}
                    style={{ '--answer': colour } as React.CSSProperties}
                    disabled={!place}
                    onClick={() => {
                      onActivate(definition.id);
                      give(definition, value);
                    }}
                  >
                    <i className="badge-dot" style={{ background: colour }} />
                    <span>{value}</span>
                    {key ? <kbd>{key}</kbd> : null}
                  </button>
                ))}
              </fieldset>
            )}
            {mine ? (
              <Button tone="quiet" className="answer-clear" onClick={() => commands.retract(mine)}>
                Take the answer back
              </Button>
            ) : null}
            {others.map((label) => (
              <p key={label.id} className="dim other-answer">
                {label.readerName}: {label.value} {definition.number?.unit}
              </p>
            ))}
          </section>
        );
      })}
      <Button icon="plus" onClick={() => setEditing('new')}>
        New question
      </Button>
      {editing ? (
        <DefinitionEditor
          {...(editing === 'new' ? {} : { definition: editing })}
          modality={modality}
          isBusy={save.isRunning}
          onClose={() => setEditing(undefined)}
          onSave={async (draft) => {
            const saved = await save.run(draft);
            if (!saved) return;
            setEditing(undefined);
            if (saved.scope !== 'lesion') onActivate(saved.id);
          }}
        />
      ) : null}
    </div>
  );
}

/** "saved" is only shown for what the core has confirmed. */
function SavedMark({ isSaving, isSaved }: { isSaving: boolean; isSaved: boolean }): ReactNode {
  if (isSaving) return <span className="saved-mark dim">saving</span>;
  if (!isSaved) return null;
  return (
    <span className="saved-mark is-saved" role="status">
      <Icon name="check" size={13} /> saved
    </span>
  );
}
