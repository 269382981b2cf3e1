import { Conflict } from '@ocx/service-kit/errors';

export type Realm = 'exchange' | 'own';

/** Whose a resource is. Projects of the two realms never meet, even where their ids are equal. */
export interface Owner {
  readonly realm: Realm;
  readonly projectId: string;
}

/** Nova's vm_state. */
export type VmState = 'building' | 'active' | 'stopped' | 'error';

/** Nova's task_state. */
export type TaskState =
  'scheduling' | 'spawning' | 'powering-off' | 'powering-on' | 'rebooting' | 'rebooting_hard' | 'deleting';

export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly created: string;
}

export interface Server extends Owner {
  readonly id: string;
  readonly userId: string;
  readonly leaseId: string | null;
  name: string;
  description: string | null;
  readonly imageId: string;
  readonly flavorId: string;
  vmState: VmState;
  taskState: TaskState | null;
  fault: Fault | null;
  readonly keyName: string | null;
  readonly publicKeys: readonly string[];
  readonly userData: string | null;
  hostname: string;
  metadata: Record<string, string>;
  tags: string[];
  accessIPv4: string;
  accessIPv6: string;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly configDrive: boolean;
  readonly networkId: string | null;
  readonly address: string | null;
  readonly mac: string | null;
  engineId: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  launchedAt: Date | null;
}

/** Nova's status, which clients see, from its two inner states. */
export function statusOf(server: Pick<Server, 'vmState' | 'taskState'>): string {
  switch (server.vmState) {
    case 'building':
      return 'BUILD';
    case 'error':
      return 'ERROR';
    case 'stopped':
      return 'SHUTOFF';
    case 'active':
      if (server.taskState === 'rebooting') return 'REBOOT';
      if (server.taskState === 'rebooting_hard') return 'HARD_REBOOT';
      return 'ACTIVE';
  }
}

/** Nova's power_state: 0 no state, 1 running, 4 shut down. */
export function powerStateOf(server: Pick<Server, 'vmState' | 'taskState'>): number {
  if (server.vmState === 'active') return 1;
  return server.vmState === 'stopped' ? 4 : 0;
}

export type ServerActionName = 'start' | 'stop' | 'reboot' | 'reboot hard' | 'delete';

interface Transition {
  readonly from: readonly VmState[];
  readonly task: TaskState;
  /** Where the server is once the task is done; null: gone. */
  readonly to: VmState | null;
}

/** What may be done in which state: Nova's own table, as far as a container has these states. */
export const TRANSITIONS: Readonly<Record<ServerActionName, Transition>> = {
  start: { from: ['stopped'], task: 'powering-on', to: 'active' },
  stop: { from: ['active', 'error'], task: 'powering-off', to: 'stopped' },
  reboot: { from: ['active'], task: 'rebooting', to: 'active' },
  'reboot hard': { from: ['active', 'stopped', 'error'], task: 'rebooting_hard', to: 'active' },
  delete: { from: ['building', 'active', 'stopped', 'error'], task: 'deleting', to: null },
};

const NOVA_ACTION: Record<ServerActionName, string> = {
  start: 'start',
  stop: 'stop',
  reboot: 'reboot',
  'reboot hard': 'reboot',
  delete: 'delete',
};

/** Begins an action: its task state, or Conflict in Nova's words. Deleting is always possible. */
export function begin(server: Pick<Server, 'id' | 'vmState' | 'taskState'>, action: ServerActionName): TaskState {
  const transition = TRANSITIONS[action];
  if (action === 'delete') return transition.task;
  if (!transition.from.includes(server.vmState)) {
    throw new Conflict(
      `Cannot '${NOVA_ACTION[action]}' instance ${server.id} while it is in vm_state ${server.vmState}`,
    );
  }
  const hardOverSoft = action === 'reboot hard' && server.taskState === 'rebooting';
  if (server.taskState !== null && !hardOverSoft) {
    throw new Conflict(
      `Cannot '${NOVA_ACTION[action]}' instance ${server.id} while it is in task_state ${server.taskState}`,
    );
  }
  return transition.task;
}

const HOSTNAME_MAX = 63;

/** A host name out of a server's name, as Nova makes one: `My server!` becomes `my-server`. */
export function hostnameFor(name: string, id: string): string {
  const cleaned = name
    .toLowerCase()
    .replace(/[ _.]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/^-+/, '')
    .slice(0, HOSTNAME_MAX)
    .replace(/-+$/, '');
  return cleaned === '' ? `server-${id}` : cleaned;
}
