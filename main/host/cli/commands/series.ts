import type { SeriesDetail, StackDetail } from '../../../contract/images.ts';
import { SeriesExportResult, seriesExportMethods } from '../../../contract/seriesExport.ts';
import { type Arguments, type CliCommand, type CommandContext, checkInput, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';

export const series: CliCommand = {
  summary: 'the stacks of the workspace, one line each; a series as NIfTI',
  usage: `series
  groundglass series export SERIES_UID --out DIR [--format nifti] [--stack N] [--no-compress] [--shear-correct] [--lesions]`,
  options: {
    out: { type: 'string' },
    format: { type: 'string' },
    stack: { type: 'string' },
    'no-compress': { type: 'boolean' },
    'shear-correct': { type: 'boolean' },
    lesions: { type: 'boolean' },
  },
  positionals: [0, 2],
  run: async (args, context) => {
    const [action, uid] = args.positionals;
    if (action === undefined) return listStacks(context);
    if (action !== 'export' || uid === undefined)
      throw new UsageError('series, or: series export SERIES_UID --out DIR');
    return exportSeries(args, uid, context);
  },
};

async function listStacks({ output, openCore }: CommandContext): Promise<0> {
  const { client } = await openCore();
  const { rows } = await client['worklist.list']({});
  for (const { seriesInstanceUid } of rows) {
    const detail = await client['series.get']({ seriesInstanceUid });
    for (const stack of detail.stacks) output.result(stackLine(detail, stack), describeStack(detail, stack));
  }
  return 0;
}

async function exportSeries(args: Arguments, uid: string, context: CommandContext): Promise<0> {
  const input = {
    seriesInstanceUid: uid as never,
    format: (args.text('format') ?? 'nifti') as 'nifti',
    out: args.needPath('out'),
    stack: Number(args.text('stack') ?? 0),
    compress: !args.flag('no-compress'),
    straighten: args.flag('shear-correct'),
    lesions: args.flag('lesions'),
  };
  checkInput(seriesExportMethods['series.export'].input, input);
  const core = await context.openCore();
  const { jobId } = await core.client['series.export'](input);
  const result = SeriesExportResult.parse(await finishJob(core, jobId, context));
  context.output.result(result, [...result.files, ...result.notes].join('\n'));
  return 0;
}

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
