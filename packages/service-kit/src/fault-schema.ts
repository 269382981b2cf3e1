import {
  GlanceFault,
  HtmlFault,
  KeystoneFault,
  NeutronFault,
  novaFault,
  OAuthError,
  PlacementFault,
  Problem,
} from '@ocx/openstack-api/faults';
import { z } from 'zod';
import type { FaultStyle } from './fault.js';

type FaultContent = Readonly<Record<string, z.ZodType>>;

const json = (schema: z.ZodType): FaultContent => ({ 'application/json': schema });
const SERVER_FAULTS = [500, 501, 503];

/**
 * The bodies that `renderFault` makes of a fault with this status, by media type.
 * @param status `5XX` for every failure of the service's own
 */
export function faultContent(style: FaultStyle, status: number | '5XX'): FaultContent {
  switch (style) {
    case 'keystone':
      return json(KeystoneFault);
    case 'nova':
    case 'cinder':
      if (status === 401) return json(KeystoneFault);
      return json(status === '5XX' ? z.union(SERVER_FAULTS.map(novaFault)) : novaFault(status));
    case 'glance':
      return status === 401 ? json(KeystoneFault) : { 'text/html': HtmlFault, ...json(GlanceFault) };
    case 'swift':
      return { 'text/html': HtmlFault };
    case 'neutron':
      return json(status === 401 ? KeystoneFault : NeutronFault);
    case 'placement':
      return json(PlacementFault);
    case 'oauth':
      return json(OAuthError);
    case 'problem':
      return { 'application/problem+json': Problem };
  }
}
