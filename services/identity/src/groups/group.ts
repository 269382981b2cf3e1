/** A named set of users; roles granted to it are its members'. */
export interface Group {
  readonly id: string;
  readonly domainId: string;
  readonly name: string;
  readonly description: string;
}
