import { parentChannel } from '../../main/contract/transport/worker.ts';

const parent = parentChannel(process);
parent.onMessage((message) => parent.send(message));
