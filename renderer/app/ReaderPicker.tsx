import { type FormEvent, type ReactNode, useState } from 'react';
import { useCurrentReader } from '../client/currentReader.ts';
import { Button } from '../components/Button.tsx';
import { Icon } from '../components/Icon.tsx';
import { Popover } from '../components/Popover.tsx';

/** Who is reading: every label carries this name. */
export function ReaderPicker(): ReactNode {
  const { reader, readers, choose, create } = useCurrentReader();
  const [name, setName] = useState('');
  const add = async (event: FormEvent, close: () => void): Promise<void> => {
    event.preventDefault();
    if (!name.trim() || !(await create(name.trim()))) return;
    setName('');
    close();
  };
  return (
    <Popover
      action="app.reader"
      label={reader ? `Reader: ${reader.name}` : 'Choose the reader'}
      button={
        <>
          <Icon name="user" size={16} />
          <span className={reader ? '' : 'dim'}>{reader ? reader.name : 'Who is reading?'}</span>
        </>
      }
    >
      {(close) => (
        <div className="menu">
          {readers.map((other) => (
            <Button
              key={other.id}
              tone="quiet"
              icon={other.id === reader?.id ? 'check' : 'user'}
              aria-pressed={other.id === reader?.id}
              onClick={() => {
                choose(other.id);
                close();
              }}
            >
              {other.name}
            </Button>
          ))}
          <form className="row" onSubmit={(event) => void add(event, close)}>
            <input
              className="input"
              aria-label="Name or initials of a new reader"
              placeholder="Name or initials"
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" disabled={!name.trim()}>
              Add
            </Button>
          </form>
        </div>
      )}
    </Popover>
  );
}
