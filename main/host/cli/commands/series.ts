import type { SeriesDetail, StackDetail } from '../../../contract/images.ts';
import type { CliCommand } from '../command.ts';

export const series: CliCommand = {
  summary: 'the stacks of the workspace, one line each',
  usage: 'series',
  options: {},
  positionals: [0, 0],
  run: async (_args, { output, openCore }) => {
    const { client } = await openCore();
    const { rows } = await client['worklist.list']({});
    for (const { seriesInstanceUid } of rows) {
      const detail = await client['series.get']({ seriesInstanceUid });
      for (const stack of detail.stacks) output.result(stackLine(detail, stack), describeStack(detail, stack));
    }
    return 0;
  },
};

function stackLine({ row, findings }: SeriesDetail, stack: StackDetail): object {
  const { pixelSpacing, sliceSpacingMm } = stack;
  return {
    seriesInstanceUid: row.seriesInstanceUid,
    studyInstanceUid: row.studyInstanceUid,
    patientId: row.patientId,
    modality: row.modality,
    frames: stack.frames.length,
    shape: [stack.frames.length, stack.rows, stack.columns],
    spacingMm: pixelSpacing ? [sliceSpacingMm ?? null, pixelSpacing.rowMm, pixelSpacing.columnMm] : null,
    affine: stack.affine ? [0, 4, 8, 12].map((at) => stack.affine?.slice(at, at + 4)) : null,
    tiltDegrees: stack.tiltDegrees ?? null,
    positions: stack.positions,
    framesPerPosition: stack.framesPerPosition,
    findings,
  };
}

function describeStack({ row, findings }: SeriesDetail, stack: StackDetail): string {
  const oddities = findings.length > 0 ? `, ${findings.map(({ code }) => code).join(' ')}` : '';
  return `${row.patientId}  ${row.modality}  ${stack.frames.length} x ${stack.rows} x ${stack.columns}  ${row.seriesInstanceUid}${oddities}`;
}
