/** A document of rules that a service keeps at identity, of whatever language its `type` says. */
export interface PolicyDocument {
  readonly id: string;
  readonly blob: string;
  readonly type: string;
}
