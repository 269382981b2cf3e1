import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { SignedMove } from '@ocx/openstack-api/exchange/documents';
import { DataSource, IsNull } from 'typeorm';
import { EnrolmentEntity } from '../enrolment/enrolment.entity.js';
import type { LandlordEnrolment } from '../enrolment/enrolment.js';
import type { AskedMove } from './asked-move.js';
import { LandlordMoveEntity } from './landlord-move.entity.js';

const ONLY = 1;

/** What a move makes of the enrolment. */
export type Moved = Pick<
  LandlordEnrolment,
  'endpoint' | 'keyThumbprint' | 'moveSeq' | 'moveSha256' | 'formerEndpoint' | 'formerEndpointUntil' | 'port'
>;

@Injectable()
export class LandlordMovesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** What was asked for and is not done. */
  async underWay(): Promise<AskedMove | undefined> {
    return (await this.moves.findOneBy({ id: ONLY, outcome: IsNull() })) ?? undefined;
  }

  /** Replicas agree: the first key, and the first document, counts. */
  async useKey(keyThumbprint: string): Promise<void> {
    await this.moves.update({ id: ONLY, outcome: IsNull(), keyThumbprint: IsNull() }, { keyThumbprint });
  }

  async useDocument({ move, consent }: SignedMove): Promise<void> {
    await this.moves.update({ id: ONLY, outcome: IsNull(), move: IsNull() }, { move, consent: consent ?? null });
  }

  /** To be signed anew. */
  async dropDocument(): Promise<void> {
    await this.moves.update({ id: ONLY, outcome: IsNull() }, { move: null, consent: null });
  }

  async refuse(detail: string): Promise<void> {
    await this.moves.update({ id: ONLY, outcome: IsNull() }, { outcome: 'refused', detail });
  }

  /** What the exchange has confirmed, and that it is done, at once. Another replica may have been quicker. */
  async complete(moved: Moved): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.getRepository(EnrolmentEntity).update({ id: ONLY, moveSeq: moved.moveSeq - 1 }, moved);
      await manager.getRepository(LandlordMoveEntity).update({ id: ONLY, outcome: IsNull() }, { outcome: 'moved' });
    });
  }

  private get moves() {
    return this.dataSource.getRepository(LandlordMoveEntity);
  }
}
