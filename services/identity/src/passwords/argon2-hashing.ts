import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { createRequire } from 'node:module';
import { Piscina } from 'piscina';
import { IdentitySettings } from '../settings/identity.config.js';
import type { HashCost, HashTask } from './hash-task.js';
import { MAX_RUNNING } from './password-hasher.js';
import { PasswordHashing } from './password-hashing.js';

// Resolved through the package's own name, so that it is the compiled file also when the caller is not.
const WORKER = createRequire(import.meta.url).resolve('@ocx/identity/passwords/hash-worker');

/** Everything else goes first: a storm of logins takes the processors that nobody else wants. */
const NICE = 10;
const IDLE_MS = 30_000;

const PARAMETERS = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** Argon2id (RFC 9106) of one lane, on threads of its own and of low priority, never on the event loop. */
@Injectable()
export class Argon2Hashing extends PasswordHashing implements OnModuleDestroy {
  private readonly cost: HashCost;
  private readonly threads = new Piscina<HashTask, string | boolean>({
    filename: WORKER,
    minThreads: 1,
    maxThreads: MAX_RUNNING,
    niceIncrement: NICE,
    idleTimeout: IDLE_MS,
  });

  constructor({ config }: IdentitySettings) {
    super();
    this.cost = {
      memoryCost: config.OCX_PASSWORD_HASH_MEMORY_KIB,
      timeCost: config.OCX_PASSWORD_HASH_PASSES,
      parallelism: 1,
    };
  }

  hash(secret: string): Promise<string> {
    return this.threads.run({ kind: 'hash', secret, cost: this.cost }) as Promise<string>;
  }

  verify(stored: string, secret: string): Promise<boolean> {
    return this.threads.run({ kind: 'verify', secret, stored }) as Promise<boolean>;
  }

  onModuleDestroy(): Promise<void> {
    return this.threads.destroy();
  }

  isCurrent(stored: string): boolean {
    const [, memory, passes, lanes] = PARAMETERS.exec(stored) ?? [];
    const { memoryCost, timeCost, parallelism } = this.cost;
    return Number(memory) === memoryCost && Number(passes) === timeCost && Number(lanes) === parallelism;
  }
}
