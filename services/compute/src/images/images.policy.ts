import { anyPrincipal, projectAction } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const discoverImages: PolicyRule = {
  ...anyPrincipal,
  name: 'image:discover',
  description: 'Schemas and import methods are the same for everybody with a token.',
};

export const readImages: PolicyRule = {
  ...projectAction('read'),
  name: 'get_image',
  description: 'Images the project may use: action read from the exchange, role reader at home.',
};

export const putImage: PolicyRule = {
  ...projectAction('image'),
  name: 'add_image',
  description: 'From the exchange the one image whose id, size and SHA-512 the token names; at home role member.',
};

export const deleteImage: PolicyRule = {
  ...projectAction('write'),
  name: 'delete_image',
  description: 'Images of the own project: action write from the exchange, role member at home.',
};
