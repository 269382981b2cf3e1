import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EnrolmentEntity } from './enrolment.entity.js';
import type { LandlordEnrolment } from './enrolment.js';

const ONLY = 1;

@Injectable()
export class EnrolmentRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(): Promise<LandlordEnrolment | undefined> {
    const row = await this.dataSource.getRepository(EnrolmentEntity).findOneBy({ id: ONLY });
    return row ?? undefined;
  }

  /** Stores it once, and returns what is stored: replicas of a landlord enrol with one key and code. */
  async save(enrolment: LandlordEnrolment): Promise<LandlordEnrolment> {
    const repository = this.dataSource.getRepository(EnrolmentEntity);
    await repository
      .createQueryBuilder()
      .insert()
      .values({ id: ONLY, ...enrolment })
      .orIgnore()
      .execute();
    return repository.findOneByOrFail({ id: ONLY });
  }
}
