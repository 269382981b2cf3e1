import { createHash } from 'node:crypto';

export const LANDLORD_LABEL = 'ocx.landlord';
export const SERVER_LABEL = 'ocx.server';
export const PROJECT_LABEL = 'ocx.project';
export const NETWORK_LABEL = 'ocx.network';

/** How one landlord's things are called at an engine it may share with others. */
export class EngineNames {
  /** Interfaces have 15 characters: this prefix and 8 digits of the network's id. */
  readonly bridgePrefix: string;

  constructor(readonly landlord: string) {
    this.bridgePrefix = `ocx${createHash('sha256').update(landlord).digest('hex').slice(0, 4)}`;
  }

  container(serverId: string): string {
    return `ocx-${this.landlord}-${serverId}`;
  }

  network(networkId: string): string {
    return `ocx-${this.landlord}-${networkId}`;
  }

  bridge(networkId: string): string {
    return this.bridgePrefix + networkId.replaceAll('-', '').slice(0, 8);
  }

  imageRepository(imageId: string): string {
    return `ocx-${this.landlord}/${imageId}`;
  }

  image(imageId: string): string {
    return `${this.imageRepository(imageId)}:latest`;
  }

  ours(): { label: string[] } {
    return { label: [`${LANDLORD_LABEL}=${this.landlord}`] };
  }
}
