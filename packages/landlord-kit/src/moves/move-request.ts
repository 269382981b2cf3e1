import type pg from 'pg';

/** What the administrator asks for: null stays as it is. */
export interface MoveRequest {
  readonly endpoint: string | null;
  readonly port: number | null;
  readonly newKey: boolean;
}

/** Where the landlord is, and its last move; `outcome` is null while that is under way. */
export interface MoveState {
  readonly landlordId: string;
  readonly endpoint: string;
  readonly keyThumbprint: string;
  readonly moveSeq: number;
  readonly move: { readonly outcome: string | null; readonly detail: string | null } | null;
}

/** Leaves the request where the running service finds it. Undefined while another one is under way. */
export async function requestMove(
  client: pg.Client,
  { endpoint, port, newKey }: MoveRequest,
): Promise<Date | undefined> {
  const { rows } = await client.query<{ asked_at: Date }>(
    `INSERT INTO landlord_move (id, endpoint, port, new_key, asked_at) VALUES (1, $1, $2, $3, now())
     ON CONFLICT (id) DO UPDATE SET endpoint = excluded.endpoint, port = excluded.port, new_key = excluded.new_key,
       asked_at = excluded.asked_at, key_thumbprint = NULL, move = NULL, consent = NULL, outcome = NULL, detail = NULL
       WHERE landlord_move.outcome IS NOT NULL
     RETURNING asked_at`,
    [endpoint, port, newKey],
  );
  return rows[0]?.asked_at;
}

/** Undefined before the landlord is enrolled. */
export async function stateOf(client: pg.Client): Promise<MoveState | undefined> {
  const { rows } = await client.query<MoveState>(
    `SELECT e.landlord_id AS "landlordId", e.endpoint, e.key_thumbprint AS "keyThumbprint", e.move_seq AS "moveSeq",
            CASE WHEN m.id IS NULL THEN NULL ELSE json_build_object('outcome', m.outcome, 'detail', m.detail) END AS move
       FROM landlord_enrolment e LEFT JOIN landlord_move m ON m.id = 1 WHERE e.id = 1`,
  );
  return rows[0];
}
