/** Entry of an imaging worker process: parses and decodes untrusted files for the core, which may kill it at any time. */
import { serveTasks } from '../contract/transport/tasks.ts';
import { parentChannel } from '../contract/transport/worker.ts';
import { type ImagingTasks, imagingTasks } from './tasks.ts';

const channel = parentChannel(process);
serveTasks<ImagingTasks>(channel, imagingTasks);
channel.onClose(() => process.exit(0));
