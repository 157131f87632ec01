import { type ReactNode, useState } from 'react';
import { errorText, useCommand, useQueryOf } from '../../client/hooks.ts';
import { usePathBrowser } from '../../client/usePathBrowser.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FactList } from '../../components/FactList.tsx';
import { PathField } from '../../components/files/PathField.tsx';
import { formatCount } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { TextField } from '../../components/TextField.tsx';

const isOnnx = /\.onnx$/i;
const isCard = /\.json$/i;
const nameOf = (path: string): string => (path.split(/[\\/]/).at(-1) ?? '').replace(isOnnx, '');

/** Looks into an ONNX file, says what it found, and takes it in. */
export function ImportModelDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [path, setPath] = useState('');
  const [card, setCard] = useState('');
  const [typedName, setName] = useState<string>();
  const name = typedName ?? nameOf(path);
  const networks = usePathBrowser({ kind: 'file', accept: isOnnx, onChoose: setPath });
  const cards = usePathBrowser({ kind: 'file', accept: isCard, onChoose: setCard });
  const take = useCommand('models.import', { isSilent: true });
  const isFile = isOnnx.test(path);
  const inspection = useQueryOf('models.inspect', { path }, { enabled: isFile });
  const go = async (): Promise<void> => {
    const taken = await take.run({ path, name, ...(card ? { card } : {}) });
    if (!taken) return;
    onClose();
    navigate('models', [taken.modelId]);
  };
  return (
    <Dialog
      title="Import a network"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            disabled={!inspection.data || !name.trim()}
            isBusy={take.isRunning}
            onClick={() => void go()}
          >
            Import
          </Button>
        </>
      }
    >
      <div className="stack">
        <PathField
          label="ONNX file"
          browser={networks}
          value={path}
          onChange={setPath}
          hint="An image classifier from another program, as one .onnx file."
        />
        {inspection.isLoading ? <ProgressBar label="Looking into the file" /> : null}
        {inspection.error ? <ErrorState text={errorText(inspection.error)} /> : null}
        {inspection.data ? <InspectionFacts inspection={inspection.data} /> : null}
        <TextField label="Name" value={name} onChange={setName} />
        <PathField
          label="Model card (optional)"
          browser={cards}
          value={card}
          onChange={setCard}
          hint="A model-card.json with its classes and how pictures are prepared; without one the classes are only numbered."
        />
        {take.error ? <ErrorState text={errorText(take.error)} /> : null}
      </div>
    </Dialog>
  );
}

interface Inspection {
  readonly opset?: number | undefined;
  readonly parameters: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly ops: Readonly<Record<string, number>>;
  readonly differentiable: boolean;
  readonly missing: readonly string[];
}

const shapes = (tensors: Inspection['inputs']): string =>
  tensors.map(({ name, shape }) => `${name} (${shape.join(' × ')})`).join(', ');

/** What a network file holds, before it is taken in. */
function InspectionFacts({ inspection }: { inspection: Inspection }): ReactNode {
  const { opset, parameters, inputs, outputs, ops, differentiable, missing } = inspection;
  const operators = Object.entries(ops)
    .sort((a, b) => b[1] - a[1])
    .map(([op, n]) => `${op} ${n}`)
    .join(', ');
  const use = differentiable
    ? 'It can be used on images, trained further, and explained by heat maps.'
    : `It can be used on images, but not trained further: ${missing.join(', ')} cannot be differentiated.`;
  return (
    <section className="inspection" aria-label="What the file holds">
      <p>{use}</p>
      <FactList
        facts={[
          ['Takes', shapes(inputs)],
          ['Gives', shapes(outputs)],
          ['Weights', formatCount(parameters)],
          ['Operators', opset === undefined ? operators : `${operators} (opset ${opset})`],
        ]}
      />
    </section>
  );
}
