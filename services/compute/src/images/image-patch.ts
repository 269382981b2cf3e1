import { IMAGE_BASE_PROPERTIES, ImageSettings, type ImagePatch } from '@ocx/openstack-api/image/images';
import { Conflict, Forbidden, InvalidInput } from '@ocx/service-kit/errors';
import { parse } from '@ocx/service-kit/validation';
import { z } from 'zod';
import type { Image } from './image.js';

const SETTINGS = new Set(Object.keys(ImageSettings.shape));
const BASE = new Set<string>(IMAGE_BASE_PROPERTIES);
const MAX_PROPERTIES = 128;
const PropertyValue = z.string().max(65535);

type Operation = ImagePatch[number];

/** Whether this key of an image is free text that its owner writes. */
export const isProperty = (key: string): boolean => !BASE.has(key);

// RFC 6901: `~1` is a slash, `~0` a tilde.
const keyOf = (path: string): string => path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');

function applyProperty(properties: Record<string, string>, key: string, operation: Operation): void {
  if (operation.op === 'add') {
    properties[key] = parse(PropertyValue, operation.value);
    return;
  }
  if (!Object.hasOwn(properties, key)) throw new Conflict(`Property ${key} does not exist.`);
  if (operation.op === 'remove') Reflect.deleteProperty(properties, key);
  else properties[key] = parse(PropertyValue, operation.value);
}

/** A copy of the image with the patch applied; nothing is changed when one operation is refused. */
export function patchImage(image: Image, patch: ImagePatch): Image {
  const settings: Record<string, unknown> = {};
  const properties = { ...image.properties };
  for (const operation of patch) {
    const key = keyOf(operation.path);
    if (isProperty(key)) applyProperty(properties, key, operation);
    else if (!SETTINGS.has(key)) throw new Forbidden(`Attribute '${key}' is read-only.`);
    else if (operation.op === 'remove') throw new Forbidden(`Property '${key}' may not be removed.`);
    else settings[key] = operation.value;
  }
  if (Object.keys(properties).length > MAX_PROPERTIES) throw new InvalidInput('The image has too many properties.');
  if (image.status !== 'queued' && ('container_format' in settings || 'disk_format' in settings)) {
    throw new Forbidden('The formats of an image cannot be changed once it has data.');
  }
  return { ...image, ...parse(ImageSettings.partial(), settings), properties, updatedAt: new Date() };
}
