import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Endpoint } from '../catalog/catalog.js';
import type { PolicyDocument } from '../policy-documents/policy-document.js';
import { PolicyAssociationEntity } from './policy-association.entity.js';
import type { PolicyTarget } from './policy-association.js';

const keyOf = (target: PolicyTarget): string =>
  'endpointId' in target
    ? `endpoint ${target.endpointId}`
    : `service ${target.serviceId}${target.regionId === undefined ? '' : ` region ${target.regionId}`}`;

@Injectable()
export class EndpointPolicyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** In place of the policy that the target had. */
  async give(policyId: string, target: PolicyTarget): Promise<void> {
    const row = { endpointId: null, serviceId: null, regionId: null, ...target, policyId, target: keyOf(target) };
    await this.dataSource.getRepository(PolicyAssociationEntity).upsert(row, ['target']);
  }

  has(policyId: string, target: PolicyTarget): Promise<boolean> {
    return this.dataSource.getRepository(PolicyAssociationEntity).existsBy({ policyId, target: keyOf(target) });
  }

  async take(policyId: string, target: PolicyTarget): Promise<void> {
    await this.dataSource.getRepository(PolicyAssociationEntity).delete({ policyId, target: keyOf(target) });
  }

  /** The endpoint's own policy; or its service's in its region, the nearest one; or its service's. */
  async policyOf(endpointId: string): Promise<PolicyDocument | undefined> {
    const rows = await this.dataSource.query<PolicyDocument[]>(
      `WITH RECURSIVE around(id, distance) AS (
         SELECT region_id, 1 FROM endpoints WHERE id = $1 AND region_id IS NOT NULL
         UNION ALL SELECT r.parent_region_id, a.distance + 1 FROM around a JOIN regions r ON r.id = a.id
          WHERE r.parent_region_id IS NOT NULL)
       SELECT p.id, p.blob, p.type
         FROM endpoints e
         JOIN policy_associations pa ON pa.endpoint_id = e.id OR pa.service_id = e.service_id
         LEFT JOIN around a ON a.id = pa.region_id
         JOIN policies p ON p.id = pa.policy_id
        WHERE e.id = $1 AND (pa.region_id IS NULL OR a.id IS NOT NULL)
        ORDER BY pa.endpoint_id NULLS LAST, a.distance NULLS LAST LIMIT 1`,
      [endpointId],
    );
    return rows[0];
  }

  /** Every endpoint that the policy is given to in any way, also where another one goes before it. */
  endpointsOf(policyId: string): Promise<Endpoint[]> {
    return this.dataSource.query<Endpoint[]>(
      `WITH RECURSIVE within(association, id) AS (
         SELECT target, region_id FROM policy_associations WHERE policy_id = $1 AND region_id IS NOT NULL
         UNION SELECT w.association, r.id FROM within w JOIN regions r ON r.parent_region_id = w.id)
       SELECT e.id, e.service_id AS "serviceId", e.region_id AS "regionId", e.interface, e.url, e.enabled
         FROM endpoints e
        WHERE EXISTS (
          SELECT 1 FROM policy_associations pa
           WHERE pa.policy_id = $1 AND (pa.endpoint_id = e.id OR (pa.service_id = e.service_id AND (
             pa.region_id IS NULL
             OR EXISTS (SELECT 1 FROM within w WHERE w.association = pa.target AND w.id = e.region_id)))))
        ORDER BY e.id`,
      [policyId],
    );
  }
}
