import { landlordAction } from '@ocx/landlord-kit/landlord.policy';
import type { PolicyRule } from '@ocx/service-kit/auth';

export const connectVolume: PolicyRule = {
  ...landlordAction('write'),
  name: 'landlord:attachments:connect',
  description: 'The exchange only, for a server of the token’s project, with a grant that names the attachment.',
};

export const readAttachment: PolicyRule = {
  ...landlordAction('read', 'write'),
  name: 'landlord:attachments:show',
  description: 'The exchange only, for attachments of servers of the token’s project.',
};

export const disconnectVolume: PolicyRule = {
  ...landlordAction('write', 'detach'),
  name: 'landlord:attachments:disconnect',
  description: 'The exchange only: the tenant’s write, or the broker’s detach when the tenant is not there.',
};
