import type { ReceiptAnswer } from '@ocx/openstack-api/identity/tokens';
import { timestampOfSeconds } from '../wire/timestamp.js';
import type { AuthReceipt } from './auth-receipts.js';

export const authReceiptView = ({ user, methods, required, issuedAt, expiresAt }: AuthReceipt): ReceiptAnswer => ({
  receipt: {
    methods: [...methods],
    user: { id: user.id, name: user.name, domain: { id: user.domainId, name: user.domainName } },
    issued_at: timestampOfSeconds(issuedAt),
    expires_at: timestampOfSeconds(expiresAt),
  },
  required_auth_methods: required.map((rule) => [...rule]),
});
