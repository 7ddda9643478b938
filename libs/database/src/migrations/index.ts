// Written by npm run migration:index.
import { Initial1795219200000 } from './1795219200000-initial';
import { SigningKeys1795305601000 } from './1795305601000-signing-keys';
import { ApiKeys1795305601001 } from './1795305601001-api-keys';
import { Identities1795305601002 } from './1795305601002-identities';
import { SignInOfPeople1795305602000 } from './1795305602000-sign-in-of-people';
import { Revisions1795305603000 } from './1795305603000-revisions';
import { StoredAnswers1795305603500 } from './1795305603500-stored-answers';
import { AuditTrail1795305604000 } from './1795305604000-audit-trail';
import { RateCounts1795305605000 } from './1795305605000-rate-counts';
import { AuditIndex1795392002000 } from './1795392002000-audit-index';
import { UploadChecks1795392004000 } from './1795392004000-upload-checks';
import { OlderFiles1795392004001 } from './1795392004001-older-files';
import { StorageVerification1795392008000 } from './1795392008000-storage-verification';
import { UploadHousekeeping1795392008001 } from './1795392008001-upload-housekeeping';
import { Duplicates1795392008002 } from './1795392008002-duplicates';
import { Overview1795478401000 } from './1795478401000-overview';
import { ReviewDesk1795478403000 } from './1795478403000-review-desk';
import { ListIndexes1795478407000 } from './1795478407000-list-indexes';
import { ProfileCounts1795478408000 } from './1795478408000-profile-counts';
import { RecentWrites1795478410000 } from './1795478410000-recent-writes';
import { SearchStatistics1795487000000 } from './1795487000000-search-statistics';
import { ContractCounts1795902000000 } from './1795902000000-contract-counts';
import { IdentityDocuments1795903859933 } from './1795903859933-identity-documents';
import { FoldedNames1795908100001 } from './1795908100001-folded-names';
import { OwnAccounts1795908300000 } from './1795908300000-own-accounts';
import { Installation1795910400000 } from './1795910400000-installation';
import { DecisionsThatHold1795910700000 } from './1795910700000-decisions-that-hold';
import { OwnersOfFiles1795910800000 } from './1795910800000-owners-of-files';
import { OpenUploads1795916400000 } from './1795916400000-open-uploads';
import { ReviewedNames1795917600000 } from './1795917600000-reviewed-names';
import { OlderReviews1795917600001 } from './1795917600001-older-reviews';
import { SecondFactor1795918200000 } from './1795918200000-second-factor';
import { Maintenance1795921200000 } from './1795921200000-maintenance';
import { Heartbeats1795926000000 } from './1795926000000-heartbeats';
import { Announcing1795930000000 } from './1795930000000-announcing';
import { CertificateKinds1796000000000 } from './1796000000000-certificate-kinds';
import { LinesOfCertificates1796000000001 } from './1796000000001-lines-of-certificates';
import { Particulars1796100000000 } from './1796100000000-particulars';
import { Requirements1796100000001 } from './1796100000001-requirements';

/** In order. A class list instead of a file pattern: the same under tsc and jest. */
export const MIGRATIONS = [
  Initial1795219200000,
  SigningKeys1795305601000,
  ApiKeys1795305601001,
  Identities1795305601002,
  SignInOfPeople1795305602000,
  Revisions1795305603000,
  StoredAnswers1795305603500,
  AuditTrail1795305604000,
  RateCounts1795305605000,
  AuditIndex1795392002000,
  UploadChecks1795392004000,
  OlderFiles1795392004001,
  StorageVerification1795392008000,
  UploadHousekeeping1795392008001,
  Duplicates1795392008002,
  Overview1795478401000,
  ReviewDesk1795478403000,
  ListIndexes1795478407000,
  ProfileCounts1795478408000,
  RecentWrites1795478410000,
  SearchStatistics1795487000000,
  ContractCounts1795902000000,
  IdentityDocuments1795903859933,
  FoldedNames1795908100001,
  OwnAccounts1795908300000,
  Installation1795910400000,
  DecisionsThatHold1795910700000,
  OwnersOfFiles1795910800000,
  OpenUploads1795916400000,
  ReviewedNames1795917600000,
  OlderReviews1795917600001,
  SecondFactor1795918200000,
  Maintenance1795921200000,
  Heartbeats1795926000000,
  Announcing1795930000000,
  CertificateKinds1796000000000,
  LinesOfCertificates1796000000001,
  Particulars1796100000000,
  Requirements1796100000001,
];
