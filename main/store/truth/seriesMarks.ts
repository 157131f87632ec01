import type { Db } from '../workspace/database.ts';
import { parseLabelValues } from './labelQueries.ts';
import type { Labels, SeriesMarks } from './truth.ts';

interface MarkRow {
  readonly SeriesInstanceUID: string;
  readonly definition_id: string;
  readonly value: string;
}

interface LesionRow {
  readonly SeriesInstanceUID: string;
  readonly lesions: number;
}

/** Named parameters. */
interface Place {
  readonly reader: string | null;
  readonly series: string;
}

interface Definition {
  readonly name: string;
  readonly colours: ReadonlyMap<string, string>;
}

const none: SeriesMarks = { labels: [], lesions: 0 };

/** Labels of the worklist: study labels show on each series of the study, image labels on the series of the image. */
export function seriesMarkQueries(db: Db): Pick<Labels, 'seriesMarks'> {
  // In this order the first answer per definition is the series' mark, the same one every time.
  const marks = (condition: string) => `
    SELECT series.SeriesInstanceUID AS SeriesInstanceUID, definition_id, value, coalesce(SOPInstanceUID, '') AS place,
      reader_id
    FROM label_head JOIN series ON series.SeriesInstanceUID = label_head.SeriesInstanceUID
    WHERE scope IN ('series', 'image') AND is_retracted = 0 AND (@reader IS NULL OR reader_id = @reader) ${condition}
    UNION ALL
    SELECT series.SeriesInstanceUID, definition_id, value, '', reader_id
    FROM label_head JOIN series ON series.StudyInstanceUID = label_head.StudyInstanceUID
    WHERE scope = 'study' AND is_retracted = 0 AND (@reader IS NULL OR reader_id = @reader) ${condition}
    ORDER BY 1, place, reader_id`;
  const lesions = (condition: string) => `
    SELECT SeriesInstanceUID, count(*) AS lesions FROM label_head
    WHERE scope = 'lesion' AND is_retracted = 0 AND (@reader IS NULL OR reader_id = @reader) ${condition}
    GROUP BY SeriesInstanceUID`;
  // By study, which is indexed, and then by series; @series is a JSON list.
  const chosen = 'SELECT value FROM json_each(@series)';
  const ofStudies = `AND label_head.StudyInstanceUID IN (
    SELECT StudyInstanceUID FROM series WHERE SeriesInstanceUID IN (${chosen}))`;
  const selectMarks = db.prepare<[Place], MarkRow>(marks(`${ofStudies} AND series.SeriesInstanceUID IN (${chosen})`));
  const selectLesions = db.prepare<[Place], LesionRow>(lesions(`${ofStudies} AND SeriesInstanceUID IN (${chosen})`));
  const selectDefinitions = db.prepare<[], { id: string; name: string; label_values: string }>(
    'SELECT id, name, label_values FROM label_definition ORDER BY created_at, name',
  );

  function definitions(): ReadonlyMap<string, Definition> {
    return new Map(
      selectDefinitions.all().map(({ id, name, label_values }) => {
        const colours = new Map(parseLabelValues(label_values).map(({ value, colour }) => [value, colour]));
        return [id, { name, colours }];
      }),
    );
  }

  function gather(markRows: readonly MarkRow[], lesionRows: readonly LesionRow[]): Map<string, SeriesMarks> {
    const known = definitions();
    const order = new Map([...known.keys()].map((id, index) => [id, index]));
    const bySeries = new Map<string, Map<string, string>>();
    for (const { SeriesInstanceUID, definition_id, value } of markRows) {
      const answers = bySeries.get(SeriesInstanceUID) ?? new Map<string, string>();
      if (!answers.has(definition_id)) answers.set(definition_id, value);
      bySeries.set(SeriesInstanceUID, answers);
    }
    const result = new Map<string, SeriesMarks>();
    for (const [uid, answers] of bySeries) {
      const labels = [...answers]
        .sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .map(([definitionId, value]) => {
          const definition = known.get(definitionId);
          const colour = definition?.colours.get(value) ?? '#808080';
          return { definitionId, name: definition?.name ?? definitionId, value, colour };
        });
      result.set(uid, { labels, lesions: 0 });
    }
    for (const row of lesionRows) {
      result.set(row.SeriesInstanceUID, { ...(result.get(row.SeriesInstanceUID) ?? none), lesions: row.lesions });
    }
    return result;
  }

  return {
    seriesMarks: (series, readerId) => {
      const place = { reader: readerId ?? null, series: JSON.stringify(series) };
      return gather(selectMarks.all(place), selectLesions.all(place));
    },
  };
}
