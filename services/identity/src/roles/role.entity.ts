import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './role.js';

@Entity('roles')
export class RoleEntity implements Role {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id: string;

  @Column({ type: 'varchar', length: 255, unique: true })
  name: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;
}
