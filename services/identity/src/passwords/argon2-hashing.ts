import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { PasswordHashing } from './password-hashing.js';

// Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's first choice and the library's default.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** RFC 9106, on libuv's threads, never on the event loop. */
@Injectable()
export class Argon2Hashing extends PasswordHashing {
  hash(secret: string): Promise<string> {
    return hash(secret, COST);
  }

  verify(stored: string, secret: string): Promise<boolean> {
    return verify(stored, secret);
  }
}
