import { CreateImage, IMAGE_BASE_PROPERTIES, ImageSettings, type ImagePatch } from '@ocx/openstack-api/image/images';
import { Conflict, Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { parse } from '@ocx/service-kit/validation';
import type { Image } from './image.js';

export type ImageChange = Partial<
  Pick<
    Image,
    | 'name'
    | 'visibility'
    | 'protected'
    | 'hidden'
    | 'containerFormat'
    | 'diskFormat'
    | 'minRam'
    | 'minDisk'
    | 'tags'
    | 'properties'
  >
>;

const MAX_PROPERTIES = 128;
const BASE: ReadonlySet<string> = new Set(IMAGE_BASE_PROPERTIES);

const SETTINGS: Readonly<Record<string, keyof ImageChange>> = {
  name: 'name',
  visibility: 'visibility',
  protected: 'protected',
  os_hidden: 'hidden',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  min_ram: 'minRam',
  min_disk: 'minDisk',
  tags: 'tags',
};

function unique(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}

/** A queued image as `POST /v2/images` asks for it. */
export function newImage(request: CreateImage, owner: string, id: string): Image {
  const properties: Record<string, string> = {};
  for (const [key, value] of Object.entries(request)) {
    if (key in SETTINGS || key === 'id') continue;
    if (key === 'owner' && value === owner) continue;
    if (BASE.has(key)) throw new Forbidden(`Attribute '${key}' is read-only.`);
    properties[key] = String(value);
  }
  if (Object.keys(properties).length > MAX_PROPERTIES) throw new InvalidInput('The image has too many properties.');
  const now = new Date();
  return {
    id,
    owner,
    name: request.name ?? null,
    status: 'queued',
    visibility: request.visibility ?? 'shared',
    protected: request.protected ?? false,
    hidden: request.os_hidden ?? false,
    containerFormat: request.container_format ?? null,
    diskFormat: request.disk_format ?? null,
    minRam: request.min_ram ?? 0,
    minDisk: request.min_disk ?? 0,
    tags: unique(request.tags ?? []),
    properties,
    size: null,
    md5: null,
    sha512: null,
    createdAt: now,
    updatedAt: now,
  };
}

type Operation = ImagePatch[number];

function setting(operation: Operation, name: string, field: keyof ImageChange): ImageChange {
  if (operation.op === 'remove') throw new Forbidden(`Property ${name} may not be removed.`);
  const value = parse(ImageSettings.partial(), { [name]: operation.value });
  const checked = name === 'tags' ? unique(value.tags ?? []) : value[name as keyof typeof value];
  return { [field]: checked };
}

function property(operation: Operation, name: string, current: Record<string, string>): void {
  if (BASE.has(name)) throw new Forbidden(`Attribute '${name}' is read-only.`);
  if (operation.op === 'remove') {
    if (!(name in current)) throw new Conflict(`Property ${name} does not exist.`);
    Reflect.deleteProperty(current, name);
    return;
  }
  if (operation.op === 'replace' && !(name in current)) throw new Conflict(`Property ${name} does not exist.`);
  const text = typeof operation.value === 'string' && operation.value.length <= 65_535 ? operation.value : undefined;
  if (text === undefined) throw new InvalidInput(`Property ${name} must be a string.`);
  current[name] = text;
}

/** What a JSON patch (RFC 6902 as far as Glance takes it: one level) changes. Immutable attributes are refused. */
export function patchedImage(image: Image, patch: ImagePatch): ImageChange {
  const properties = { ...image.properties };
  let change: ImageChange = {};
  for (const operation of patch) {
    const name = operation.path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    if (name === 'owner' && operation.op === 'replace' && operation.value === image.owner) continue;
    const field = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (field !== undefined) change = { ...change, ...setting(operation, name, field) };
    else property(operation, name, properties);
  }
  if (Object.keys(properties).length > MAX_PROPERTIES) throw new InvalidInput('The image has too many properties.');
  return { ...change, properties };
}
