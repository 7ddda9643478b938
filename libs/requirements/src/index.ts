import './personal-data';

export * from './requirement';
export { type RequirementSet } from './requirement-set';
export { RequirementNameResponse } from './requirement-set-response.dto';
export { layersOf, requirementChangesSql, RequirementSets } from './requirement-sets.service';
export { requirementSetNotFound } from './requirements.errors';
export * from './requirements.module';
export { SHIPPED_LAYERS } from './shipped/shipped';
export { waiversSql } from './waivers.service';
