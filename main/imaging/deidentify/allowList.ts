/**
 * Elements that table E.1-1 does not name are kept only where their value is made of numbers, codes or UIDs, or where they
 * are listed here. Free text is not.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Binary values that images and geometry need, pixels aside: look-up tables, waveforms, surfaces, grids. */
export const keptBinary = words(`
  00281201 00281202 00281203 00281204 00281211 00281212 00281213 00281221 00281222 00281223 00281224 00283006
  54000100 5400100a 54001010 5400110a 54001112 56000010 56000020 003a0212 00640009 0066000e 00660016 00660021 00660023 00660024
  00660025 00660026 00660027 00660028 00660029 00660040 00660041 00660042 00660043 00660129 0066002f 0068636b`);

/** Coded entries (PS3.3 section 8): their text comes from published terminologies. */
export const codeText = words('00080100 00080102 00080103 00080104 00080119 00080120');

/** Text about the equipment and the technique that the option on device identity keeps, too. */
export const technicalText = words(`
  00080070 00081090 00181020 00181210 00180024 00181019 00181250 00181251 00189005 00540202 00541101 00541102 00541103
  00541105 00181160 00187006 00187008 0018115e 0018106e 00089215 00189098 0018702a 0018702b 00186038`);

/** Short names that only have to stay different from each other: replaced by a keyed hash unless they are numbers. */
export const distinctNames = words('00209056 0020930a 00340003 0040db00 00620020 00480106');

/** Text that is required where it occurs (type 1), with what it becomes. */
export const requiredText: Readonly<Record<string, string>> = {
  '00620005': 'Segment',
  '00620009': 'Algorithm',
  '00700006': 'Removed',
  '00281054': 'US',
  '0040a160': 'Removed',
  '0040a123': 'Removed',
  '00700080': 'REMOVED',
  '00080070': 'Removed',
  '00081090': 'Removed',
  '00181020': 'Removed',
  '00660031': '0',
  '00660036': 'Algorithm',
};

/** Type 2 text: emptied rather than removed. */
export const emptiedText = words('00700081 00201040');

/** Defined terms of RescaleType (PS3.3 C.11.1.1.2) and its kin. */
export const rescaleTypes = words('OD HU US MGML Z_EFF ED EDW HU_MOD PCT BQML CM2 MM MS SUV');

/** Private attributes that hold numbers of the acquisition only (PS3.15 E.3.10): creator -> element of the block -> VR. */
export const safePrivate: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Philips PET Private Group|7053': { '00': 'DS', '09': 'DS' },
  'SIEMENS MR HEADER|0019': { '0c': 'IS', '0d': 'CS', '0e': 'FD', '27': 'FD', '28': 'FD' },
  'GEMS_PARM_01|0043': { '39': 'IS' },
  'GEMS_ACQU_01|0019': { bb: 'DS', bc: 'DS', bd: 'DS' },
  'Philips Imaging DD 001|2001': { '03': 'FL', '04': 'CS' },
  'Philips MR Imaging DD 005|2005': { '0e': 'FL', '0d': 'FL' },
};
