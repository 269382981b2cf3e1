import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const workspaces = [
  ['packages/openstack-api', 'openstack-api'],
  ['packages/openstack-client', 'openstack-client'],
  ['packages/service-kit', 'service-kit'],
  ['packages/testing', 'testing'],
  ['packages/landlord-kit', 'landlord-kit'],
  ['packages/local-exchange', 'local-exchange'],
  ['services/identity', 'identity'],
  ['services/compute', 'compute'],
  ['services/storage', 'storage'],
  ['services/broker', 'broker'],
] as const;

/** Programs of administrators, such as mkfs, are not in every user's PATH. */
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };

const plugins = () => [swc.vite({ module: { type: 'es6' } })];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      ...workspaces.map(([root, name]) => ({
        plugins: plugins(),
        test: {
          name,
          root,
          env,
          include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
          globalSetup: ['../../packages/testing/dist/postgres-cluster.js'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      })),
      {
        plugins: plugins(),
        test: {
          name: 'architecture',
          root: 'test/architecture',
          include: ['*.spec.ts'],
          globalSetup: ['../../packages/testing/dist/postgres-cluster.js'],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
