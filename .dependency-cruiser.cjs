/** The boundaries of docs/architecture.md, checked. */
const service = '^services/([^/]+)/';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no order in which it can be understood.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-service-imports-a-service',
      severity: 'error',
      comment: 'Services reach each other over HTTP only.',
      from: { path: service },
      to: { path: service, pathNot: '^services/$1/' },
    },
    {
      name: 'no-package-imports-a-service',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'wire-contract-has-no-framework',
      severity: 'error',
      comment: 'openstack-api is schemas: no Nest, no I/O.',
      from: { path: '^packages/openstack-api/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '(@nestjs|typeorm|fastify|undici|dockerode|/pg/)|^(node:)?(fs|net|http|https|child_process)' },
    },
    {
      name: 'entities-only-from-repositories',
      severity: 'error',
      comment: 'Rows stay behind their repository.',
      from: {
        path: '^(services|packages)/',
        pathNot:
          '(\\.repository\\.ts|\\.entity\\.ts|\\.module\\.ts|data-source\\.ts|database\\.ts|schema\\.ts|database/|\\.spec\\.ts)$|/(test|database)/',
      },
      to: { path: '\\.entity\\.(ts|js)$' },
    },
    {
      name: 'domain-imports-no-framework',
      severity: 'error',
      comment: 'A file named by its noun alone is the domain.',
      from: {
        path: '^services/[^/]+/src/.+/[a-z-]+\\.ts$',
        pathNot:
          '(main|bootstrap|data-source)\\.ts$|/(database|docker|fake|nbd|nbdkit|local-disk|local-files|saml|connector)/',
      },
      to: { path: 'node_modules/(@nestjs/(?!common)|typeorm|fastify|dockerode)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'docker-sdk-stays-in-its-driver',
      severity: 'error',
      from: { path: '^services/', pathNot: '/hypervisor/docker/|/connector/|/test/|\\.spec\\.ts$' },
      to: { path: 'node_modules/dockerode' },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      from: { path: '^(services|packages)/' },
      to: { path: '(services|packages)/.+/src/.*index\\.ts$' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '(\\.spec\\.ts|\\.d\\.ts|main\\.ts|data-source\\.ts|^test/|^bench/|config\\.[cm]?[jt]s)$|^(test|bench|scripts)/|packages/openstack-api',
      },
      to: {},
    },
    {
      name: 'tests-stay-out-of-products',
      severity: 'error',
      from: { path: '^(services|packages)/[^/]+/src', pathNot: '\\.spec\\.ts$|^packages/testing|\\.contract\\.ts$' },
      to: { path: '^packages/testing|\\.spec\\.ts$|\\.contract\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|bundle)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.eslint.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
