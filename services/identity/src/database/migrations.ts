import { InitialSchema1795219200000 } from './migrations/1795219200000-initial-schema.js';
import { UniqueServices1795230000000 } from './migrations/1795230000000-unique-services.js';
import { BrowserBoundLogins1795231000000 } from './migrations/1795231000000-browser-bound-logins.js';
import { AgeIndexes1795232000000 } from './migrations/1795232000000-age-indexes.js';
import { ServiceProviders1795233000000 } from './migrations/1795233000000-service-providers.js';
import { RevocableMintedTokens1795300000000 } from './migrations/1795300000000-revocable-minted-tokens.js';
import { AuditTrail1795305000000 } from './migrations/1795305000000-audit-trail.js';
import { KeystoneResources1795310000000 } from './migrations/1795310000000-keystone-resources.js';
import { Authentication1795320000000 } from './migrations/1795320000000-authentication.js';
import { Federation1795330000000 } from './migrations/1795330000000-federation.js';
import { KeystoneExtensions1795340000000 } from './migrations/1795340000000-keystone-extensions.js';
import { SamlSessions1795350000000 } from './migrations/1795350000000-saml-sessions.js';
import { Budgets1795360000000 } from './migrations/1795360000000-budgets.js';
import { LandlordMoves1795370000000 } from './migrations/1795370000000-landlord-moves.js';
import { TableChanges1795400000000 } from './migrations/1795400000000-table-changes.js';

/** In the order they run. */
export const migrations = [
  InitialSchema1795219200000,
  UniqueServices1795230000000,
  BrowserBoundLogins1795231000000,
  AgeIndexes1795232000000,
  RevocableMintedTokens1795300000000,
  AuditTrail1795305000000,
  ServiceProviders1795233000000,
  KeystoneResources1795310000000,
  Authentication1795320000000,
  Federation1795330000000,
  KeystoneExtensions1795340000000,
  SamlSessions1795350000000,
  Budgets1795360000000,
  LandlordMoves1795370000000,
  TableChanges1795400000000,
];
