import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyDocument } from './policy-document.js';

@Entity('policies')
export class PolicyDocumentEntity implements PolicyDocument {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'text' })
  blob: string;

  @Column({ type: 'varchar', length: 255 })
  type: string;
}
