import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { IdentitySettings } from '../settings/identity.config.js';
import { PasswordHashing } from './password-hashing.js';

const PARAMETERS = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** Argon2id (RFC 9106) of one lane, on libuv's threads, never on the event loop. */
@Injectable()
export class Argon2Hashing extends PasswordHashing {
  private readonly cost: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };

  constructor({ config }: IdentitySettings) {
    super();
    this.cost = {
      memoryCost: config.OCX_PASSWORD_HASH_MEMORY_KIB,
      timeCost: config.OCX_PASSWORD_HASH_PASSES,
      parallelism: 1,
    };
  }

  hash(secret: string): Promise<string> {
    return hash(secret, this.cost);
  }

  verify(stored: string, secret: string): Promise<boolean> {
    return verify(stored, secret);
  }

  isCurrent(stored: string): boolean {
    const [, memory, passes, lanes] = PARAMETERS.exec(stored) ?? [];
    const { memoryCost, timeCost, parallelism } = this.cost;
    return Number(memory) === memoryCost && Number(passes) === timeCost && Number(lanes) === parallelism;
  }
}
