/** A leased server or volume as the index knows it. */
export interface IndexedResource {
  readonly type: 'server' | 'volume';
  readonly id: string;
  readonly leaseId: string;
  readonly landlordId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly name: string;
  readonly status: string;
  readonly keyName: string | null;
  readonly reservationId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastView: Readonly<Record<string, unknown>> | null;
}

export type ResourceType = IndexedResource['type'];

/** What a landlord's reply tells the index. */
export interface Sighting {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly view: Record<string, unknown>;
}
