/** A program that users may delegate to by OAuth 1.0a. */
export interface OAuthConsumer {
  readonly id: string;
  readonly description: string | null;
}
