import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('domain_config_options')
export class DomainConfigOptionEntity {
  @ManyToOne('DomainEntity', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'domain_id' })
  domain?: unknown;

  @PrimaryColumn({ name: 'domain_id', type: 'varchar', length: 64 })
  domainId: string;

  @PrimaryColumn({ name: 'option_group', type: 'varchar', length: 255 })
  group: string;

  @PrimaryColumn({ type: 'varchar', length: 255 })
  option: string;

  /** As JSON text: a JSON null is a value, a NULL is none. */
  @Column({ type: 'text' })
  value: string;
}
