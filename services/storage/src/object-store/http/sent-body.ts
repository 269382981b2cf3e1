import type { Readable } from 'node:stream';
import { freeMemory, ownsMemory } from '../chunk-memory.js';

/**
 * The body, which frees each chunk once the response is done with it. Whoever made the chunks must not use them again. As
 * with any stream, who pipes it destroys it when the response ends early.
 */
export function freedWhenSent(body: Readable): Readable {
  return Object.assign(body, {
    pipe: <T extends NodeJS.WritableStream>(response: T): T => {
      body.on('data', (chunk: Uint8Array) => {
        const goesOn = response.write(chunk, () => {
          if (ownsMemory(chunk)) freeMemory([chunk]);
        });
        if (goesOn) return;
        body.pause();
        response.once('drain', () => body.resume());
      });
      body.once('end', () => response.end());
      return response;
    },
  });
}
