export { ClamdScanner } from './clamd-scanner';
export * from './file-inspection';
export * from './file-inspector';
export * from './inspection.errors';
export * from './inspection.module';
export * from './malware-scanner';
export { INSPECTION_LIMITS, type InspectionLimits, ProcessFileInspector } from './process-file-inspector';
