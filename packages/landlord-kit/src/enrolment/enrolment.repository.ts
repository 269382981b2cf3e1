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

  async save(enrolment: LandlordEnrolment): Promise<void> {
    await this.dataSource.getRepository(EnrolmentEntity).insert({ id: ONLY, ...enrolment });
  }
}
