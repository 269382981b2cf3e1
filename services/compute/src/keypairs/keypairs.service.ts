import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden, NotFound, QuotaExceeded } from '@ocx/service-kit/errors';
import type { Principal } from '@ocx/service-kit/principal';
import type { CreateKeypair } from '@ocx/openstack-api/compute/keypairs';
import { Quotas } from '../quotas/quotas.js';
import { generateKeypair, importPublicKey, type Keypair } from './keypair.js';
import { KeypairsRepository } from './keypairs.repository.js';

export type NewKeypair = Keypair & { readonly privateKey?: string };

/** Key pairs belong to users, not projects. */
@Injectable()
export class KeypairsService {
  constructor(
    private readonly keypairs: KeypairsRepository,
    private readonly quotas: Quotas,
  ) {}

  list(caller: Principal, page: { marker?: string; limit: number }): Promise<Keypair[]> {
    return this.keypairs.list(caller.realm, caller.userId, page);
  }

  async show(caller: Principal, name: string): Promise<Keypair> {
    const found = await this.keypairs.find(caller.realm, caller.userId, name);
    if (!found) throw new NotFound(`Keypair ${name} not found for user ${caller.userId}`);
    return found;
  }

  async create(caller: Principal, request: CreateKeypair['keypair']): Promise<NewKeypair> {
    if (request.user_id !== undefined && request.user_id !== caller.userId) {
      throw new Forbidden('Only the key pairs of the calling user can be managed.');
    }
    const limit = await this.quotas.keyPairs(caller.realm);
    if (limit >= 0 && (await this.keypairs.count(caller.realm, caller.userId)) >= limit) {
      throw new QuotaExceeded('Quota exceeded, too many key pairs.');
    }
    const { privateKey, ...key } =
      request.public_key === undefined
        ? generateKeypair(request.name)
        : { ...importPublicKey(request.public_key), privateKey: undefined };
    const keypair: Keypair = { name: request.name, userId: caller.userId, createdAt: new Date(), ...key };
    if (!(await this.keypairs.add(caller.realm, keypair))) {
      throw new Conflict(`Key pair '${request.name}' already exists.`);
    }
    return privateKey === undefined ? keypair : { ...keypair, privateKey };
  }

  async delete(caller: Principal, name: string): Promise<void> {
    if (!(await this.keypairs.remove(caller.realm, caller.userId, name))) {
      throw new NotFound(`Keypair ${name} not found for user ${caller.userId}`);
    }
  }
}
