import { type ReactNode, useState } from 'react';
import { useCommand } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { Switch } from '../../components/Switch.tsx';
import { showImportJob } from './currentImport.ts';

const kinds = [
  { id: 'ct-nodule', title: 'CT chest with nodules, round or spiculated' },
  { id: 'mr-lesion', title: 'MR brain with lesions' },
  { id: 'cr', title: 'Radiograph-like films' },
  { id: 'ct-liver', title: 'CT of the liver in three phases of contrast' },
] as const;
type Kind = (typeof kinds)[number]['id'];

/** How many synthetic patients, of which kind. The defaults are meant for a first round. */
export function PracticeDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [patients, setPatients] = useState(120);
  const [chosen, setChosen] = useState<readonly Kind[]>(['ct-nodule']);
  const create = useCommand('practice.create');
  const toggle = (kind: Kind, isOn: boolean): void =>
    setChosen(kinds.map(({ id }) => id).filter((id) => (id === kind ? isOn : chosen.includes(id))));
  const start = async (): Promise<void> => {
    const answer = await create.run({ patients, kinds: [...chosen] });
    if (!answer) return;
    showImportJob(answer.jobId);
    onClose();
  };
  return (
    <Dialog
      title="Make a practice set"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={chosen.length === 0} isBusy={create.isRunning} onClick={() => void start()}>
            Make the practice set
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>
          Synthetic patients with known answers: nobody's data, drawn on this machine. The images are imported; the
          answers stay in a file until you have tried a few yourself.
        </p>
        <NumberField label="Patients" value={patients} minimum={4} maximum={2000} onChange={setPatients} />
        <fieldset className="plain-fieldset">
          <legend className="dim">Kinds</legend>
          {kinds.map(({ id, title }) => (
            <div key={id}>
              <Switch label={title} isOn={chosen.includes(id)} onChange={(isOn) => toggle(id, isOn)} />
            </div>
          ))}
        </fieldset>
      </div>
    </Dialog>
  );
}
