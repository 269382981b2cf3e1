/** What a policy is given to: one endpoint, a service everywhere, or a service in a region and those within it. */
export type PolicyTarget =
  { readonly endpointId: string } | { readonly serviceId: string; readonly regionId?: string | undefined };
