import { describe, expect, it } from 'vitest';
import { decide } from '../../../main/imaging/deidentify/decide.ts';
import { basicOptions } from '../../../main/imaging/deidentify/options.ts';
import { basicProfile, optionProfile } from '../../../main/imaging/deidentify/profileTable.ts';

/** Rows of table E.1-1 (PS3.15 2024b) whose option columns are easily taken for others. */
describe('decisions on rows of table E.1-1', () => {
  it.each([
    ['LongDeviceDescription is a description, not a device identity', '00500021', 'keepDevice', 'remove'],
    ['LongDeviceDescription', '00500021', 'cleanDescriptors', 'words'],
    ['AE titles would have to be cleaned', '00080055', 'keepDevice', 'remove'],
    ['ScheduledProcedureStepLocation', '00400011', 'keepDevice', 'check'],
    ['RTAccessoryHolderSlotID is no device identity', '300a0611', 'keepDevice', 'empty'],
    ['SourceOfPreviousValues', '04000564', 'keepInstitution', 'check'],
    ['MedicalAlerts is a description', '00102000', 'keepPatientCharacteristics', 'remove'],
    ['PreMedication is no description', '00400012', 'cleanDescriptors', 'remove'],
    ['ImagePresentationComments is retired', '00284000', 'cleanDescriptors', 'remove'],
    ['MakerNote is bytes', '0016002b', 'cleanDescriptors', 'remove'],
    ['PrescriptionNotesSequence', '30100081', 'cleanDescriptors', 'empty'],
  ] as const)('%s', (_why, tag, option, decision) => {
    expect(decide(tag, { ...basicOptions, [option]: true })).toBe(decision);
  });

  it('moves the dates of hanging protocols, and never a birth date', () => {
    const shifting = { ...basicOptions, dates: 'shift' } as const;
    expect(decide('00720061', shifting)).toBe('shift');
    expect(decide('00100030', shifting)).toBe('empty');
  });

  it('has a basic action for every row of an option column', () => {
    const rows = Object.values(optionProfile).flatMap((columns) => [...columns.keys()]);
    expect(rows.filter((tag) => !basicProfile.has(tag))).toEqual([]);
  });
});
