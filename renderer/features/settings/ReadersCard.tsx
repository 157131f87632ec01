import { type FormEvent, type ReactNode, useState } from 'react';
import { useCurrentReader } from '../../client/currentReader.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { TextField } from '../../components/TextField.tsx';

export function ReadersCard(): ReactNode {
  const { reader, readers, choose, create } = useCurrentReader();
  const [name, setName] = useState('');
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await create(name.trim())) setName('');
  };
  return (
    <Card title="Readers">
      <div className="stack">
        <p className="dim">
          Every label carries the name of its reader and stays in the record. Names or initials of staff only, never a
          patient's.
        </p>
        <ul className="settings-list">
          {readers.map((other) => (
            <li key={other.id} className="spread">
              <span>{other.name}</span>
              {other.id === reader?.id ? (
                <Badge tone="accent">reading now</Badge>
              ) : (
                <Button onClick={() => choose(other.id)}>Read as {other.name}</Button>
              )}
            </li>
          ))}
        </ul>
        <form className="settings-form" onSubmit={(event) => void add(event)}>
          <TextField label="New reader" value={name} onChange={setName} maxLength={100} />
          <Button type="submit" icon="plus" disabled={!name.trim()}>
            Add
          </Button>
        </form>
      </div>
    </Card>
  );
}
