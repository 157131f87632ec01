import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { SeriesDetail } from '../../../main/contract/images.ts';
import { isAskedAbout, type Label, type LabelDefinition } from '../../../main/contract/labels.ts';
import { useCurrentReader } from '../../client/currentReader.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { notify } from '../../client/notices.ts';
import { useAction } from '../../components/actions/registry.ts';
import { ContextPanel } from '../../components/ContextPanel.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { useRoute } from '../../components/navigation.ts';
import { Tabs } from '../../components/Tabs.tsx';
import type { Tool } from '../../viewer/tools.ts';
import type { MarkGestures } from '../../viewer/useViewportPointer.ts';
import { type HeatChoice, startHeat } from './heat.ts';
import { ImageTab } from './ImageTab.tsx';
import { type LesionClass, LesionsTab } from './LesionsTab.tsx';
import { ModelTab } from './ModelTab.tsx';
import { MprPane } from './MprPane.tsx';
import { colourOf, isLesion } from './marksOf.ts';
import { QuestionsTab, type TypedNumber } from './QuestionsTab.tsx';
import { type ReadPlace, targetOf, valueForDigit } from './readPlace.ts';
import { useReadSession } from './readSession.ts';
import { SeriesStrip } from './SeriesStrip.tsx';
import { ToolStrip } from './ToolStrip.tsx';
import { useAnswerKeys } from './useAnswerKeys.ts';
import { useLabels } from './useLabels.ts';
import { useMprLayout } from './useMprLayout.ts';
import { usePresentations } from './usePresentations.ts';
import { useUndo } from './useUndo.ts';
import { useViewActions } from './useViewActions.ts';
import { useViewportLinks } from './useViewportLinks.ts';
import { textsOf, ViewportPane } from './ViewportPane.tsx';
import './read.css';

type TabId = 'questions' | 'lesions' | 'model' | 'image';

const noLabels: readonly Label[] = [];
const noDefinitions: readonly LabelDefinition[] = [];
const opacityStep = 0.1;

/** Reading: the image, the questions about it, the lesions on it, and what a model says. */
export function ReadPage(): ReactNode {
  const session = useReadSession();
  const { current, active, layout, slots, controllers } = session;
  const route = useRoute();
  const { reader } = useCurrentReader();
  const [tool, setTool] = useState<Tool>('window');
  const [chosen, setChosen] = useState<string>();
  const [tab, setTab] = useState<TabId>(route.query.model ? 'model' : 'questions');
  const [activeQuestion, setActiveQuestion] = useState<string>();
  const [typed, setTyped] = useState<TypedNumber>();
  const [lesionClass, setLesionClass] = useState<LesionClass>();
  const [heat, setHeat] = useState<HeatChoice>({ ...startHeat, modelId: route.query.model });
  const controller = controllers[active] ?? controllers[0];
  if (!controller) throw new Error('the page has no viewport');

  const uid = current?.seriesInstanceUid;
  const { data: list } = useQueryOf('labels.list', { seriesInstanceUid: uid ?? '' }, { enabled: uid !== undefined });
  const labels = (uid && list?.labels) || noLabels;
  const { data: definitionList } = useQueryOf('definitions.list', {});
  const definitions = definitionList?.definitions ?? noDefinitions;
  const asked = definitions.filter((one) => !one.isRetired && (!current || isAskedAbout(one, current.modality)));
  const questions = asked.filter(({ scope }) => scope !== 'lesion');
  const lesionDefinitions = asked.filter(({ scope }) => scope === 'lesion');
  const question = questions.find(({ id }) => id === activeQuestion) ?? questions[0];
  const isNextAsked = lesionDefinitions.some(({ id }) => id === lesionClass?.definition.id);
  const nextClass = isNextAsked ? lesionClass : firstClass(lesionDefinitions);

  const state = useSyncExternalStore(controller.subscribe, controller.get);
  // Stack ids begin with their series: an answer about an image never mixes one case's image with the next one's series.
  const isOfCase = uid !== undefined && state.stack?.stackId.startsWith(`${uid}#`);
  const mpr = useMprLayout({
    state,
    place: `${uid}#${slots[active]?.stackIndex}/${slots[active]?.part}`,
    layout,
    setLayout: session.setLayout,
    setTool,
  });
  const looking = mpr.controller ?? controller;
  // Computed planes are no images: nothing is answered about, or drawn on, the one that is hidden meanwhile.
  const frame =
    !mpr.isOn && isOfCase && state.shownIndex !== undefined ? state.stack?.frames[state.shownIndex] : undefined;
  const place: ReadPlace | undefined = current && { row: current, frame };
  const undo = useUndo();
  const commands = useLabels(uid, undo);
  const chosenLesion = labels.find((label) => label.id === chosen && isLesion(label));
  const detail = useSeries(uid);
  const slot = slots[active];
  const parts = detail?.stacks[slot?.stackIndex ?? 0]?.parts ?? [];
  const presentations = usePresentations(uid, controller, !mpr.isOn);
  const isCt = current?.modality === 'CT';
  const routeModel = route.query.model;
  useEffect(() => {
    if (routeModel) setHeat((before) => ({ ...before, modelId: routeModel }));
  }, [routeModel]);

  const links = useViewportLinks(controllers, layout === 'mpr' ? 0 : layout);
  useViewActions({
    controller: looking,
    isCt,
    setTool,
    setLayout: session.setLayout,
    links,
    isMpr: mpr.isOn,
    openMpr: mpr.open,
    stepPart: (by) => {
      if (!uid || !slot || parts.length === 0) return;
      // In all images of the stack those of one place follow each other.
      if (slot.part === undefined) controller.scrollWithinPosition(by);
      else session.open(uid, slot.stackIndex, Math.min(parts.length - 1, Math.max(0, slot.part + by)));
    },
  });
  useAction('read.next', () => session.step(1));
  useAction('read.previous', () => session.step(-1));
  useAction('read.nextOpen', session.nextUnanswered);
  useAction('edit.undo', undo.undo);
  useAction('edit.redo', undo.redo);
  useAction('mark.cancel', () => {
    setTool(mpr.isOn ? 'crosshair' : 'window');
    setChosen(undefined);
  });
  useAction('mark.delete', () => chosenLesion && commands.retract(chosenLesion), chosenLesion !== undefined);
  useAction('model.heatMap', () => setHeat((before) => ({ ...before, isOn: !before.isOn })));
  useAction('model.opacityDown', () => setHeat((before) => ({ ...before, opacity: stepped(before, -opacityStep) })));
  useAction('model.opacityUp', () => setHeat((before) => ({ ...before, opacity: stepped(before, opacityStep) })));
  useAnswerKeys((digit) => {
    if (chosenLesion && chosenLesion.readerId === reader?.id) {
      const definition = definitions.find(({ id }) => id === chosenLesion.definitionId);
      const value = definition && valueForDigit(definition, digit);
      if (value) commands.reviseLesion(chosenLesion, { value });
      return;
    }
    if (question?.number) {
      setTab('questions');
      setTyped({ definitionId: question.id, text: digit });
      return;
    }
    const value = question && valueForDigit(question, digit);
    const target = question && place && targetOf(question.scope, place);
    if (question && value && target) commands.answer(question, target, value, labels);
  });

  const gesturesFor = (ofViewport: readonly Label[]): MarkGestures => ({
    onChoose: (id) => {
      setChosen(id);
      if (id) setTab('lesions');
    },
    onCreate: (type, points) => {
      const target = place && targetOf('lesion', place);
      if (!target || !frame) return;
      if (!nextClass) {
        setTab('lesions');
        notify({ tone: 'warn', text: 'A lesion needs a class: make one at the right, then draw again.' });
        return;
      }
      setTab('lesions');
      commands.drawLesion(nextClass.definition, nextClass.value, target, {
        type,
        space: 'image',
        points: points.map(([column, row]) => [column, row]),
        frame: frame.frameNumber,
      });
    },
    onChange: (mark, points) => {
      const label = ofViewport.find(({ id }) => id === mark.id);
      if (!label?.geometry) return;
      const geometry = { ...label.geometry, points: points.map(([column, row]) => [column, row]) };
      commands.reviseLesion(label, { geometry });
    },
  });

  if (session.rows.length === 0)
    return (
      <EmptyState icon="read" title="Nothing to read yet">
        Drop images anywhere in this window.
      </EmptyState>
    );
  const lesionCount = labels.filter(isLesion).length;
  return (
    <div className="read">
      <h1 className="visually-hidden">Read</h1>
      <ToolStrip
        controller={looking}
        isCt={isCt}
        tool={tool}
        onTool={setTool}
        layout={layout}
        onLayout={session.setLayout}
        undo={undo}
        links={links}
        noMpr={mpr.reason}
        onMpr={mpr.open}
      />
      <SeriesStrip
        rows={session.siblings}
        current={uid}
        stacks={detail?.stacks ?? []}
        stackIndex={slot?.stackIndex ?? 0}
        part={slot?.part}
        onOpen={session.open}
      />
      <div className={`viewports layout-${layout}`}>
        {mpr.isOn ? (
          <MprPane
            status={mpr.status}
            acquired={state.stack}
            texts={textsOf(detail, 1)}
            tool={tool}
            active={mpr.active}
            onActivate={mpr.setActive}
            labels={labels}
            definitions={definitions}
            readerId={reader?.id}
          />
        ) : null}
        {slots.slice(0, layout === 'mpr' ? 0 : layout).map((slot, i) => {
          const own = controllers[i];
          return own ? (
            <ViewportPane
              // biome-ignore lint/suspicious/noArrayIndexKey: a viewport is its place in the grid
              key={i}
              slot={slot}
              number={i + 1}
              controller={own}
              isActive={i === active && layout !== 1}
              onActivate={() => session.setActive(i)}
              tool={tool}
              heat={heat}
              definitions={definitions}
              readerId={reader?.id}
              chosenMark={chosen}
              gesturesFor={gesturesFor}
              drawColour={nextClass ? colourOf(nextClass.definition, nextClass.value) : '#ffffff'}
            />
          ) : null;
        })}
      </div>
      <ContextPanel label="Reading">
        <Tabs
          label="Reading"
          current={tab}
          onChange={setTab}
          tabs={[
            {
              id: 'questions',
              title: 'Questions',
              content: (
                <QuestionsTab
                  questions={questions}
                  modality={current?.modality}
                  active={question}
                  onActivate={setActiveQuestion}
                  labels={labels}
                  place={place}
                  readerId={reader?.id}
                  commands={commands}
                  typed={typed}
                  onTyped={() => setTyped(undefined)}
                />
              ),
            },
            {
              id: 'lesions',
              title: 'Lesions',
              badge: lesionCount || undefined,
              content: (
                <LesionsTab
                  definitions={lesionDefinitions}
                  labels={labels}
                  stack={state.stack}
                  controller={controller}
                  readerId={reader?.id}
                  chosen={chosen}
                  onChoose={(id) => {
                    setChosen(id);
                    mpr.showLesion(labels.find((label) => label.id === id));
                  }}
                  nextClass={nextClass}
                  onNextClass={setLesionClass}
                  commands={commands}
                />
              ),
            },
            {
              id: 'model',
              title: 'Model',
              content: mpr.isOn ? (
                <EmptyState icon="models" title="Models look at images">
                  Computed planes are none. Choose another layout to ask a model.
                </EmptyState>
              ) : (
                <ModelTab
                  seriesInstanceUid={uid}
                  controller={controller}
                  heat={heat}
                  onHeat={(change) => setHeat((before) => ({ ...before, ...change }))}
                  chosenLesion={chosen}
                />
              ),
            },
            {
              id: 'image',
              title: 'Image',
              badge: detail?.findings.filter(({ severity }) => severity === 'warning').length || undefined,
              content: (
                <ImageTab
                  series={detail}
                  controller={controller}
                  states={presentations.states}
                  unreadableStates={presentations.unreadable}
                />
              ),
            },
          ]}
        />
      </ContextPanel>
    </div>
  );
}

const stepped = ({ opacity }: HeatChoice, step: number): number =>
  Math.round(Math.min(1, Math.max(0, opacity + step)) * 100) / 100;

function firstClass(definitions: readonly LabelDefinition[]): LesionClass | undefined {
  // A number has no first value: it is typed in a label file, or asked about whole images.
  const definition = definitions.find(({ values }) => values.length > 0);
  const value = definition?.values[0]?.value;
  return definition && value !== undefined ? { definition, value } : undefined;
}

function useSeries(uid: string | undefined): SeriesDetail | undefined {
  return useQueryOf('series.get', { seriesInstanceUid: uid ?? '' }, { enabled: uid !== undefined }).data;
}
