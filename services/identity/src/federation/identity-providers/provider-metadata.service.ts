import { Injectable } from '@nestjs/common';
import { AddressRefused } from '@ocx/openstack-client/address-policy';
import { HttpClient, PeerMisbehaved, PeerUnreachable } from '@ocx/openstack-client/http';
import { DomainError, InvalidInput, NotFound } from '@ocx/service-kit/errors';
import type { IdentityProvider, MetadataSource } from './identity-provider.js';
import { IdentityProvidersRepository } from './identity-providers.repository.js';
import { IdentityProvidersService } from './identity-providers.service.js';
import { readMetadata, strongCertificate } from './saml-metadata.js';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** How identity learns, and learns anew, what a provider's metadata say. */
@Injectable()
export class ProviderMetadata {
  constructor(
    private readonly providers: IdentityProvidersService,
    private readonly repository: IdentityProvidersRepository,
    private readonly http: HttpClient,
  ) {}

  /**
   * Takes metadata, signed by a pinned certificate if there is one; their entity id becomes a remote id of the provider.
   * Throws {@link InvalidInput}, and Conflict when another provider has the entity id.
   */
  async import(id: string, xml: string): Promise<IdentityProvider> {
    const provider = await this.providers.show(id);
    return this.take(provider, xml, provider.metadataSource);
  }

  /** Pins the source and takes what it says now; a source that says nothing good is not pinned. */
  async setSource(id: string, wanted: MetadataSource): Promise<IdentityProvider> {
    const provider = await this.providers.show(id);
    const source = { url: wanted.url, certificates: wanted.certificates.map((pem) => strongCertificate(pem)) };
    if (source.url !== null) await this.take(provider, await this.fetch(source.url), source);
    await this.repository.update(id, { metadataSource: source });
    return this.providers.show(id);
  }

  async source(id: string): Promise<MetadataSource> {
    const { metadataSource } = await this.providers.show(id);
    if (!metadataSource) throw new NotFound(`Could not find a metadata source of Identity Provider: ${id}.`);
    return metadataSource;
  }

  async removeSource(id: string): Promise<void> {
    await this.source(id);
    await this.repository.update(id, { metadataSource: null });
  }

  /** Asks one source that was not asked since `before`, and tells what was wrong with it. Undefined: there is none. */
  async refresh(before: Date): Promise<{ readonly id: string; readonly problem?: string } | undefined> {
    const id = await this.repository.claimStale(before);
    if (id === undefined) return undefined;
    try {
      const provider = await this.providers.show(id);
      const url = provider.metadataSource?.url;
      if (url != null)
        await this.take(provider, await this.fetch(url), provider.metadataSource, provider.saml?.entityId);
      return { id };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { id, problem: error.message };
    }
  }

  /** `entityId`: what it must stay, for one who signs may sign for many, and only an operator decides who somebody is. */
  private async take(provider: IdentityProvider, xml: string, source: MetadataSource | null, entityId?: string) {
    const known = entityId ?? provider.saml?.entityId;
    const saml = readMetadata(
      source ? await this.signed(xml, source) : xml,
      known === undefined ? provider.remoteIds : [known],
    );
    if (entityId !== undefined && saml.entityId !== entityId) throw new InvalidInput('The entity id is another one.');
    const remoteIds = [...new Set([...provider.remoteIds, saml.entityId])];
    await this.repository.update(provider.id, { saml, remoteIds });
    return { ...provider, saml, remoteIds };
  }

  private async signed(xml: string, { certificates }: MetadataSource): Promise<string> {
    // Who pins no certificates does without the library for signatures.
    const { signedMetadata } = await import('./metadata-signature.js');
    return signedMetadata(xml, certificates);
  }

  private async fetch(url: string): Promise<string> {
    try {
      const headers = { accept: 'application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.1' };
      const answer = await this.http.request({
        method: 'GET',
        url,
        headers,
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
      });
      if (answer.status !== 200) throw new InvalidInput(`The metadata source answered ${String(answer.status)}.`);
      return new TextDecoder('utf-8', { fatal: true }).decode(answer.body);
    } catch (error) {
      const isTheirs =
        error instanceof PeerUnreachable || error instanceof PeerMisbehaved || error instanceof TypeError;
      if (!isTheirs && !(error instanceof AddressRefused)) throw error;
      throw new InvalidInput(`The metadata could not be fetched: ${error.message}`, { cause: error });
    }
  }
}
