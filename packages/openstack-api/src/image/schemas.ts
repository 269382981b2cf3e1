/** Glance's JSON schemas of an image and of a list of them; stock clients read them before they write. */
const text = (description: string, extra: object = {}) => ({ type: 'string', description, ...extra });
const textOrNull = (description: string, extra: object = {}) => ({ type: ['null', 'string'], description, ...extra });
const whole = (description: string, extra: object = {}) => ({ type: 'integer', description, ...extra });
const READ_ONLY = { readOnly: true };

const properties = {
  id: text('An identifier for the image', {
    pattern: '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$',
  }),
  name: textOrNull('Descriptive name for the image', { maxLength: 255 }),
  status: text('Status of the image', READ_ONLY),
  visibility: text('Scope of image accessibility', { enum: ['community', 'public', 'private', 'shared'] }),
  protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
  os_hidden: { type: 'boolean', description: 'If true, image will not appear in default image list response.' },
  checksum: textOrNull('md5 hash of image contents.', { ...READ_ONLY, maxLength: 32 }),
  os_hash_algo: textOrNull('Algorithm to calculate the os_hash_value', { ...READ_ONLY, maxLength: 64 }),
  os_hash_value: textOrNull('Hexdigest of the image contents', { ...READ_ONLY, maxLength: 128 }),
  owner: textOrNull('Owner of the image', { maxLength: 255 }),
  size: { type: ['null', 'integer'], description: 'Size of image file in bytes', ...READ_ONLY },
  virtual_size: { type: ['null', 'integer'], description: 'Virtual size of image in bytes', ...READ_ONLY },
  container_format: textOrNull('Format of the container', { enum: [null, 'bare', 'docker'] }),
  disk_format: textOrNull('Format of the disk', { enum: [null, 'raw'] }),
  created_at: text('Date and time of image registration', READ_ONLY),
  updated_at: text('Date and time of the last image modification', READ_ONLY),
  tags: {
    type: 'array',
    description: 'List of strings related to the image',
    items: { type: 'string', maxLength: 255 },
  },
  min_ram: whole('Amount of ram (in MB) required to boot image.'),
  min_disk: whole('Amount of disk space (in GB) required to boot image.'),
  self: text('An image self url', READ_ONLY),
  file: text('An image file url', READ_ONLY),
  schema: text('An image schema url', READ_ONLY),
};

export const IMAGE_JSON_SCHEMA = {
  name: 'image',
  properties,
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};

export const IMAGES_JSON_SCHEMA = {
  name: 'images',
  properties: {
    images: { type: 'array', items: IMAGE_JSON_SCHEMA },
    first: { type: 'string' },
    next: { type: 'string' },
    schema: { type: 'string' },
  },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};
