import type { ReactNode } from 'react';
import type { ProfileOptions } from '../../../main/contract/deidentify.ts';
import { Card } from '../../components/Card.tsx';
import { Select } from '../../components/Select.tsx';
import { Switch } from '../../components/Switch.tsx';
import type { Plan } from './plan.ts';

interface ProfileCardProps {
  readonly plan: Plan;
  readonly onChange: (part: Partial<Plan>) => void;
}

const dates = [
  { value: 'remove', title: 'Taken out' },
  { value: 'shift', title: 'Moved: all of a patient by the same 1 to 3650 days' },
  { value: 'keep', title: 'Kept as they are' },
] as const;

const burnedIn = [
  { value: 'refuse', title: 'Leave it out until I have looked at it' },
  { value: 'mask', title: 'Black out what the text detector finds' },
  { value: 'accept', title: 'Copy it as it is' },
] as const;

const switches: readonly (readonly [keyof Omit<ProfileOptions, 'dates'>, title: string, means: string])[] = [
  [
    'keepPatientCharacteristics',
    'Keep sex, age, size, weight',
    'Age above 89 becomes 90. Smoking and pregnancy stay, too.',
  ],
  ['keepDevice', 'Keep the device', 'Manufacturer, model, serial numbers and station names.'],
  ['cleanDescriptors', 'Keep descriptions, cleaned', 'Only words of the standard and short numbers are left of them.'],
  ['keepSafePrivate', 'Keep safe private elements', 'Numbers of the acquisition only: b-values, SUV factors.'],
  ['keepInstitution', 'Keep the institution', 'Name, address, department.'],
  ['keepUids', 'Keep the UIDs', 'Whoever has the originals can then match the images.'],
];

/** The Basic Profile of PS3.15 annex E, and what the person keeps beyond it, in plain words. */
export function ProfileCard({ plan, onChange }: ProfileCardProps): ReactNode {
  const { profile } = plan;
  const set = (part: Partial<ProfileOptions>): void => onChange({ profile: { ...profile, ...part } });
  return (
    <Card title="2  What stays in">
      <div className="stack">
        <p className="dim">
          Names, numbers, addresses, free text, private elements and overlays go (DICOM PS3.15, Basic Profile). Geometry
          and pixels stay as they are. Each patient gets a pseudonym, each UID a new one, the same in every export with
          the same table.
        </p>
        <Select
          label="Dates and times"
          value={profile.dates}
          options={dates}
          hint={
            profile.dates === 'remove'
              ? 'The birth date goes in any case.'
              : 'The birth date goes. Intervals between examinations stay.'
          }
          onChange={(value) => set({ dates: value })}
        />
        <div className="profile-switches">
          {switches.map(([name, title, means]) => (
            <Switch
              key={name}
              label={
                <>
                  {title}
                  <span className="dim">{means}</span>
                </>
              }
              isOn={profile[name]}
              onChange={(isOn) => set({ [name]: isOn })}
            />
          ))}
        </div>
        <Select
          label="Pictures that are likely to carry text"
          value={plan.burnedIn}
          options={burnedIn}
          hint={burnedInHint[plan.burnedIn]}
          onChange={(value) => onChange({ burnedIn: value })}
        />
      </div>
    </Card>
  );
}

const burnedInHint = {
  refuse: 'Ultrasound, captures, photographs, fluoroscopy and what the header says. What you have looked at is copied.',
  mask: 'The detector proposes and misses text: look at the result before it leaves.',
  accept: 'Names in the picture leave with it. Only for pictures that you know.',
} as const;
