import { Module } from '@nestjs/common';
import { LandlordsModule } from '../../landlords/landlords.module.js';
import { RegionsService } from './regions.service.js';

@Module({ imports: [LandlordsModule], providers: [RegionsService], exports: [RegionsService] })
export class RegionsModule {}
