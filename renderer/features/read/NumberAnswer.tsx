import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { NumberScale } from '../../../main/contract/labels.ts';
import { numberProblem, scaleText } from '../../../main/domain/numberAnswer.ts';

interface NumberAnswerProps {
  readonly name: string;
  readonly scale: NumberScale;
  /** As saved; undefined: not answered yet. */
  readonly value: string | undefined;
  /** Typed elsewhere: the field takes it over, with the keyboard. */
  readonly typed: string | undefined;
  readonly isDisabled: boolean;
  readonly onFocus: () => void;
  readonly onAnswer: (value: string) => void;
  /** Saved or given up: the keys belong to the page again. */
  readonly onDone: () => void;
}

/** A number typed and saved with Enter, or by going elsewhere; Escape keeps what was there. */
export function NumberAnswer(props: NumberAnswerProps): ReactNode {
  const { name, scale, value, typed, isDisabled, onFocus, onAnswer, onDone } = props;
  const [text, setText] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const isGivenUp = useRef(false);
  const hintId = useId();
  useEffect(() => {
    if (typed === undefined) return;
    setText(typed);
    input.current?.focus();
  }, [typed]);
  const isEmpty = text === undefined || text.trim() === '';
  const problem = isEmpty ? undefined : numberProblem(text, scale);
  const leave = (): void => {
    if (!isEmpty && problem === undefined && !isGivenUp.current) onAnswer(text.trim());
    if (problem === undefined || isGivenUp.current) setText(undefined);
    isGivenUp.current = false;
    onDone();
  };
  return (
    <div className="number-answer">
      <input
        ref={input}
        className="input"
        inputMode="decimal"
        aria-label={`Answer to ${name}${scale.unit ? `, ${scale.unit}` : ''}`}
        aria-describedby={hintId}
        aria-invalid={problem !== undefined || undefined}
        value={text ?? value ?? ''}
        placeholder="type a number"
        disabled={isDisabled}
        onFocus={onFocus}
        onChange={(event) => setText(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          event.preventDefault();
          if (event.key === 'Enter' && problem !== undefined) return;
          isGivenUp.current = event.key === 'Escape';
          event.currentTarget.blur();
        }}
      />
      <span className="dim">{scale.unit}</span>
      <p id={hintId} className={problem ? 'field-error' : 'field-hint'} role={problem ? 'alert' : undefined}>
        {problem ?? `${scaleText(scale)}. Type, then Enter.`}
      </p>
    </div>
  );
}
