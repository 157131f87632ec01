import { type ReactNode, useId } from 'react';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
  /** How the value is written, `40 %`. */
  readonly format?: (value: number) => string;
  readonly isDisabled?: boolean;
}

export function Slider(props: SliderProps): ReactNode {
  const { label, value, minimum = 0, maximum = 1, step = 0.01, onChange, format = String, isDisabled } = props;
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{format(value)}</output>
      <input
        id={id}
        type="range"
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        disabled={isDisabled}
        aria-valuetext={format(value)}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}
