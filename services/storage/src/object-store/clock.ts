import { Injectable } from '@nestjs/common';
import type { SwiftTicks } from '@ocx/openstack-api/object-store/timestamps';

/** Timestamps of this process: strictly increasing, so that of two requests the later one is later. */
@Injectable()
export class SwiftClock {
  private last = 0;

  now(): SwiftTicks {
    this.last = Math.max(this.last + 1, Date.now() * 100);
    return this.last;
  }
}
