/** Whether endpoint `e` belongs to endpoint group `g`. */
export const IN_GROUP = `(g.filters->>'service_id' IS NULL OR g.filters->>'service_id' = e.service_id)
  AND (g.filters->>'region_id' IS NULL OR g.filters->>'region_id' = e.region_id)
  AND (g.filters->>'interface' IS NULL OR g.filters->>'interface' = e.interface)`;

/** Whether endpoint `e` is given to the project, itself or by a group. */
export const givenTo = (project: string): string =>
  `(EXISTS (SELECT 1 FROM project_endpoints pe WHERE pe.project_id = ${project} AND pe.endpoint_id = e.id)
    OR EXISTS (SELECT 1 FROM project_endpoint_groups pg JOIN endpoint_groups g ON g.id = pg.endpoint_group_id
                WHERE pg.project_id = ${project} AND ${IN_GROUP}))`;

/** Whether the project sees endpoint `e`: one that was given nothing sees everything, and so does no project at all. */
export const visibleTo = (project: string): string =>
  `(${givenTo(project)}
    OR (NOT EXISTS (SELECT 1 FROM project_endpoints WHERE project_id = ${project})
        AND NOT EXISTS (SELECT 1 FROM project_endpoint_groups WHERE project_id = ${project})))`;
