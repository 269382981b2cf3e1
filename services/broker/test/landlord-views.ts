const NOW = '2026-01-01T00:00:00Z';

export function serverView(id: string, name: string): Record<string, unknown> {
  return {
    id,
    name,
    status: 'ACTIVE',
    tenant_id: 'not-yours',
    user_id: 'not-yours',
    metadata: {},
    hostId: 'h',
    image: '',
    flavor: { id: 'm1.tiny', links: [] },
    created: NOW,
    updated: NOW,
    addresses: {},
    accessIPv4: '',
    accessIPv6: '',
    links: [{ rel: 'self', href: 'http://evil.example/steal' }],
    key_name: null,
    config_drive: '',
    'OS-DCF:diskConfig': 'MANUAL',
    'OS-EXT-AZ:availability_zone': 'lies',
    'OS-EXT-STS:task_state': null,
    'OS-EXT-STS:vm_state': 'active',
    'OS-EXT-STS:power_state': 1,
    'OS-SRV-USG:launched_at': null,
    'OS-SRV-USG:terminated_at': null,
    'os-extended-volumes:volumes_attached': [],
  };
}

export function volumeView(id: string, size: number, name: string | null): Record<string, unknown> {
  return {
    id,
    status: 'available',
    size,
    availability_zone: 'lies',
    created_at: '2026-01-01T00:00:00.000000',
    updated_at: null,
    attachments: [],
    name,
    description: null,
    volume_type: 'standard',
    snapshot_id: null,
    source_volid: null,
    metadata: {},
    links: [],
    user_id: 'not-yours',
    bootable: 'false',
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: false,
    'os-vol-tenant-attr:tenant_id': 'not-yours',
  };
}
