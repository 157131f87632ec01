import { type ReactNode, useEffect, useRef, useState } from 'react';
import { tellError } from '../../client/hooks.ts';
import { shell } from '../../client/shell.ts';
import { useAction } from '../../components/actions/registry.ts';
import { Icon } from '../../components/Icon.tsx';
import { importDropped, importInPlace } from './currentImport.ts';
import { FileChooser } from './FileChooser.tsx';
import { ImportCard } from './ImportCard.tsx';
import { LocateDialog } from './LocateDialog.tsx';
import { droppedFiles } from './uploadFiles.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

function takeIn(transfer: DataTransfer): void {
  if (shell) void importInPlace([...transfer.files]);
  else droppedFiles(transfer).then((files) => importDropped(files), tellError);
}

/** Images can be dropped on any page; the chooser and the running import float above all pages, too. */
export function DropAnywhere(): ReactNode {
  const [isOver, setOver] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const [isLocating, setLocating] = useState(false);
  const depth = useRef(0);
  useAction('app.open', () => setChoosing(true));
  useAction('app.locate', () => setLocating(true));
  useEffect(() => {
    const move = (step: number) => (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth.current = Math.max(0, depth.current + step);
      setOver(depth.current > 0);
    };
    const [enter, leave] = [move(1), move(-1)];
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      if (event.dataTransfer && carriesFiles(event)) takeIn(event.dataTransfer);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return (
    <>
      {isOver ? (
        <div className="drop-veil">
          <Icon name="open" size={40} />
          <p>
            Drop to import: DICOM files or folders, zip or tar archives; PNG, JPEG or NIfTI together with their metadata
            CSV.
          </p>
        </div>
      ) : null}
      <ImportCard />
      {isLocating ? <LocateDialog onClose={() => setLocating(false)} /> : null}
      {isChoosing ? <FileChooser onClose={() => setChoosing(false)} /> : null}
    </>
  );
}
