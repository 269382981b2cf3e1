import { describe, expect, it } from 'vitest';
import { LandlordConfig } from '../landlord.config.js';
import { OwnLimits } from './own-limits.js';

const KEYSTONE = {
  OCX_STANDALONE_AUTH_URL: 'http://127.0.0.1:1/v3/',
  OCX_STANDALONE_USER: 'nova',
  OCX_STANDALONE_PASSWORD: 'secret',
};
const REST = {
  OCX_PORT: '1',
  OCX_PUBLIC_URL: 'http://127.0.0.1:1',
  OCX_DATA_DIR: '/nowhere',
  DATABASE_URL: 'postgres://nowhere',
  OCX_LANDLORD_CONFIG: '/nowhere',
};
const limits = (env: Record<string, string>) =>
  OwnLimits.from(LandlordConfig.parse({ ...REST, ...env }), 'compute', { servers: 3 });

describe('the limits of a landlord’s own users', () => {
  it('are as set where the service has no user at Keystone', async () => {
    const of = await limits({}).of('project');
    expect([of('servers'), of('class:VCPU')]).toEqual([3, 0]);
  });

  it('are Keystone’s alone where it has one', async () => {
    await expect(limits(KEYSTONE).of('project')).rejects.toThrow('cannot be told now');
  });

  it.each(Object.keys(KEYSTONE))('are not half configured: without %s', (missing) => {
    const env = Object.fromEntries(Object.entries(KEYSTONE).filter(([name]) => name !== missing));
    expect(() => limits(env)).toThrow('set together or not at all');
  });
});
