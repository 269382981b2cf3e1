import { Injectable } from '@nestjs/common';
import { DocumentRefused, verifyDocument } from '@ocx/openstack-client/documents';
import { decodeProtectedHeader } from 'jose';
import type { z } from 'zod';
import type { Landlord } from './landlord.js';
import { LandlordsRepository } from './landlords.repository.js';

/** A landlord signs with its former key until it has heard that it has moved, and its clock may be behind. Milliseconds. */
const RETIREMENT_MS = 60_000;

/**
 * Reads what landlords sign. A landlord that has taken a new key signs with that; what it signed before then stays good,
 * and nothing that its former key signs after it.
 */
@Injectable()
export class LandlordDocuments {
  constructor(private readonly repository: LandlordsRepository) {}

  /** @param dated when the document says it was made. Throws `DocumentRefused`. */
  async verify<T extends z.ZodType>(
    landlord: Landlord,
    typ: string,
    jws: string,
    { schema, dated }: { readonly schema: T; readonly dated: (document: z.infer<T>) => string },
  ): Promise<z.infer<T>> {
    const kid = kidOf(jws);
    // The landlord may have moved since it was asked.
    const signer = keysOf(landlord).has(kid) ? landlord : ((await this.repository.byId(landlord.id)) ?? landlord);
    const former = kid === signer.jkt ? undefined : signer.formerKeys.find(({ jkt }) => jkt === kid);
    const document = await verifyDocument(schema, typ, jws, former?.jwk ?? signer.jwk);
    if (former && Date.parse(dated(document)) > Date.parse(former.retired_at) + RETIREMENT_MS) {
      throw new DocumentRefused('The document was signed with a key that had been given up.');
    }
    return document;
  }
}

const keysOf = ({ jkt, formerKeys }: Landlord) => new Set<unknown>([jkt, ...formerKeys.map((key) => key.jkt)]);

function kidOf(jws: string): unknown {
  try {
    return decodeProtectedHeader(jws).kid;
  } catch {
    throw new DocumentRefused('The document is malformed.');
  }
}
