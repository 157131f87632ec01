import { expect, test } from '@playwright/test';
import { TrainPage } from './pages/trainPage.ts';
import { openFilmDataset } from './support/filmDataset.ts';
import { shot } from './support/shot.ts';
import { openWorkbench } from './support/workbench.ts';

const bench = openWorkbench();
const train = (): TrainPage => new TrainPage(bench.page);

test.beforeAll(async () => {
  await openFilmDataset(bench, 48);
});

const runId = (): string => /train\/([^?]+)/.exec(bench.page.url())?.[1] ?? '';

test('a learning rate is searched and used', async () => {
  await train().planFromDataset();
  await train().change({ epochs: 3, batchSize: 4 });
  const { page } = bench;
  await page.getByRole('button', { name: 'Find a learning rate' }).click();
  const tried = page.getByRole('region', { name: 'Learning rates tried' });
  await expect(tried).toBeVisible({ timeout: 120_000 });
  await expect(tried.getByRole('img', { name: 'Loss against learning rate' })).toBeVisible();
  const use = tried.getByRole('button', { name: /Use this rate|In use/ });
  if ((await use.count()) > 0) {
    await use.click();
    const rate = Number(await train().plan.getByLabel('Learning rate', { exact: true }).inputValue());
    expect(rate).toBeGreaterThan(0);
    await expect(tried.getByRole('button', { name: 'In use' })).toBeDisabled();
  }
});

test('advanced settings stand in the plan, can be taken back, and are told by the run', async () => {
  const { page } = bench;
  await page.getByText('most trainings need no others').click();
  const { plan } = train();
  await plan.getByLabel('Optimizer').selectOption('SGD');
  await plan.getByLabel('The rate', { exact: true }).selectOption({ label: 'rises, then falls (one cycle)' });
  await plan.getByLabel('Cases of an epoch').selectOption({ label: 'each class equally often' });
  await expect(plan.getByText('4 settings changed')).toBeVisible();
  await plan.getByRole('button', { name: 'Back to the usual settings' }).click();
  await expect(plan.getByText('most trainings need no others')).toBeVisible();
  await plan.getByLabel('Optimizer').selectOption('RMSprop');
  await plan.getByLabel('The rate', { exact: true }).selectOption({ label: 'falls in steps' });
  await plan.getByLabel('Loss', { exact: true }).selectOption({ label: 'focal: hard cases weigh more' });
  await plan.getByLabel('Average of the weights').fill('0.9');
  await train().start();
  await train().isDone(120_000);
  const facts = page.getByRole('region', { name: 'Facts' });
  for (const words of ['RMSprop', 'x 0.3 every 5 epochs', 'focal, gamma 2', 'keeping 0.9'])
    await expect(facts).toContainText(words);
  const { config, device } = await bench.core['runs.get']({ runId: runId() });
  expect(device).toMatchObject({ engine: 'onnxruntime', id: 'cpu', isAutomatic: true });
  await expect(facts).toContainText(/DeviceCPU, \d+ threads? \(chosen by “auto”\)/);
  await expect(facts).toContainText('not measured yet');
  await shot(page, 'run-device');
  expect(config).toMatchObject({ optimizer: { kind: 'rmsprop' }, loss: { kind: 'focal' }, averageDecay: 0.9 });
  await bench.frame.goTo('Datasets');
  await page.getByRole('table', { name: 'Datasets' }).getByRole('row').nth(1).click();
});

test('curves survive a reload in the middle', async () => {
  await train().planFromDataset();
  await train().change({ epochs: 400, patience: 400, batchSize: 4, learningRate: 0.0005 });
  await train().start();
  await expect.poll(() => train().epochsDrawn(), { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  const before = await train().epochsDrawn();
  await bench.page.reload();
  await expect.poll(() => train().epochsDrawn()).toBeGreaterThanOrEqual(before);
  await expect(train().progress).toBeVisible();
});

test('pause holds the training, resume goes on from there', async () => {
  await train().button('Pause').click();
  await expect(train().button('Resume')).toBeVisible({ timeout: 30_000 });
  await expect(train().state).toHaveText(/paused/i);
  const held = (await bench.core['runs.get']({ runId: runId() })).epochs.length;
  await bench.page.waitForTimeout(1_500);
  expect((await bench.core['runs.get']({ runId: runId() })).epochs).toHaveLength(held);
  await train().button('Resume').click();
  await expect.poll(() => train().epochsDrawn(), { timeout: 60_000 }).toBeGreaterThan(held);
});

test('a closed page does not stop it', async () => {
  const id = runId();
  const before = (await bench.core['runs.get']({ runId: id })).epochs.length;
  const { page } = bench;
  const address = page.url();
  await page.goto('about:blank');
  await expect
    .poll(async () => (await bench.core['runs.get']({ runId: id })).epochs.length, { timeout: 60_000 })
    .toBeGreaterThan(before);
  await page.goto(address);
  await expect.poll(() => train().epochsDrawn()).toBeGreaterThan(before);
});

test('stop and keep best leaves a model of the best epoch', async () => {
  await train().button('Stop and keep best').click();
  await train().isDone(60_000);
  const run = await bench.core['runs.get']({ runId: runId() });
  expect(run.summary.modelId).toBeDefined();
  expect(run.epochs.length).toBeLessThan(400);
  await expect(bench.page.getByRole('region', { name: 'Facts' })).toContainText(
    `${run.summary.bestEpoch}, validation loss`,
  );
});

test('the training stands in the list and opens from it', async () => {
  await bench.frame.goTo('Train');
  await expect(bench.page.getByRole('table', { name: 'Trainings' }).getByRole('row')).toHaveCount(3);
  await bench.page.getByRole('table', { name: 'Trainings' }).getByRole('row').nth(1).click();
  await expect(train().button('Open the model')).toBeVisible();
});
