import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { ClamdScanner } from './clamd-scanner';
import { FileInspector } from './file-inspector';
import { MalwareScanner, NoScanner } from './malware-scanner';
import { ProcessFileInspector } from './process-file-inspector';

/** What looks into files. Global: the checks of uploads use it, and the readiness answer asks for the scanner. */
@Module({})
export class InspectionModule {
  static forRoot({ clamd }: Config): DynamicModule {
    return {
      module: InspectionModule,
      global: true,
      providers: [
        { provide: MalwareScanner, useFactory: () => (clamd ? new ClamdScanner(clamd) : new NoScanner()) },
        { provide: FileInspector, useFactory: () => new ProcessFileInspector() },
      ],
      exports: [MalwareScanner, FileInspector],
    };
  }
}
