import type { deviceMethods } from '../../contract/devices.ts';
import type { AppHandlers } from '../../contract/index.ts';
import type { AppContext } from '../context.ts';
import { deviceOverview } from '../devices/deviceOverview.ts';
import { probeTensorFlow } from '../devices/tensorflowProbe.ts';
import { devicesToTest, testDevicesJob } from '../devices/testDevicesJob.ts';

export function deviceHandlers(context: AppContext): Pick<AppHandlers, keyof typeof deviceMethods> {
  return {
    'devices.list': async () => deviceOverview(await probeTensorFlow(context)),
    'devices.test': ({ device }) => {
      const devices = devicesToTest(device);
      const title = `Test of ${devices.map((tested) => tested.title).join(' and ')}`;
      const job = context.jobs.start({
        kind: 'device-test',
        title,
        run: (running) => testDevicesJob(context, devices, running),
      });
      return { jobId: job.id };
    },
  };
}
