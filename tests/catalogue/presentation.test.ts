import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDicom } from '../../main/imaging/dicom/openDicom.ts';
import { paletteOf } from '../../main/imaging/dicom/palette.ts';
import { personNameGroups } from '../../main/imaging/dicom/personName.ts';
import { presentationStateOf } from '../../main/imaging/dicom/presentationState.ts';
import { readHeader } from '../../main/imaging/dicom/readHeader.ts';
import { frameOf } from '../../main/imaging/loadFrame.ts';

const zoo = path.resolve(import.meta.dirname, '../../../shared/data/dicom-zoo');
const header = (file: string) => readHeader(readFileSync(path.join(zoo, file)));

describe.skipIf(!existsSync(zoo))('presentation in the DICOM zoo (skipped where absent)', () => {
  it('expands the segmented SPRING palette: red full, green rising, blue falling', () => {
    const palette = paletteOf(header('pydicom+pydicom/palettes/spring.dcm').attributes);
    const at = (i: number) => [...(palette?.rgb.subarray(3 * i, 3 * i + 3) ?? [])];
    expect([at(0), at(128), at(255)]).toEqual([
      [255, 0, 255],
      [255, 128, 127],
      [255, 255, 0],
    ]);
  });

  it('places overlays that reach over the edge of the image', async () => {
    const image = openDicom(header('fo-dicom+fo-dicom/FO-DICOM.Tests/Test Data/OutOfBoundsOverlay.dcm'));
    expect((await frameOf(image, 1)).overlays).toMatchObject([
      { group: 0x6000, rows: 101, columns: 101, top: 703, left: 408, label: 'First reference mark' },
      { group: 0x6002, top: -26, left: -26, label: 'First target mark' },
    ]);
  });

  it('reads the region calibration of ultrasound images', async () => {
    const image = openDicom(header('pydicom+pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm'));
    const frame = await frameOf(image, 1);
    expect(frame.ultrasoundRegions).toMatchObject([{ left: 14, top: 38, right: 1010, bottom: 758, kind: 'tissue' }]);
    expect(frame.pixelSpacing?.[0]).toBeCloseTo(0.254767, 6);
  });

  it('reads presentation states', () => {
    const state = presentationStateOf(
      header('orthanc-mirrors+orthanc-tests/HierarchicalAnonymization/2019-03-28/PR000000.dcm'),
    );
    expect(state).toMatchObject({ label: 'PRESENTATION', voi: [{ windows: [{ center: 2048, width: 4096 }] }] });
    expect(state.images).toHaveLength(1);
    const tables = presentationStateOf(header('nroduit+weasis-dicom-tools/org/dcm4che3/img/prLUTs.dcm'));
    expect(tables.modalityLut?.data.length).toBeGreaterThan(0);
    expect(tables.voi[0]?.voiLuts[0]).toMatchObject({ firstMapped: 0, bits: 8 });
  });

  it.each([
    ['SCSH31', '山田^太郎', 'やまだ^たろう'],
    ['SCSI2', '洪^吉洞', '홍^길동'],
    ['SCSX1', '王^小東', undefined],
  ])('tells the ideographic and phonetic names of %s', (file, ideographicName, phoneticName) => {
    const { patientName } = header(`orthanc-mirrors+orthanc-tests/Encodings/DavidClunie/${file}`).attributes;
    expect(personNameGroups(patientName)).toEqual({ ideographicName, ...(phoneticName ? { phoneticName } : {}) });
  });
});
