import { BLOCK_STORAGE_MICROVERSIONS } from './block-storage-microversion.js';

/** When Cinder's newest microversion here, 3.70, was published. */
const UPDATED = '2022-03-30T00:00:00Z';

/** Cinder's version document: the same at the root and at `/v3/`. */
export function versionDocument(url: string) {
  const { min, max } = BLOCK_STORAGE_MICROVERSIONS;
  return {
    versions: [
      {
        id: 'v3.0',
        status: 'CURRENT',
        version: max,
        min_version: min,
        updated: UPDATED,
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: `${url}/v3/` },
        ],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
      },
    ],
  };
}
