// The first part of the conformance statement: what the station does with DICOM, on one page.

import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/implementation.ts';
import { STANDARD_STORAGE_SOP_CLASSES } from '../dicom/standard-sop-classes.ts';
import { PRIVATE_STORAGE_SOP_CLASSES } from '../dicom/private-sop-classes.ts';
import { VERSION } from '../version.ts';
import { table } from './table.ts';

export function overview(): string {
  return `# DICOM conformance statement

Data Transfer Station (DTS), version ${VERSION}. This page follows the outline of the conformance statement in PS3.2
for implementations that communicate over networks. It is written from the tables that the program itself works with,
by \`node --import tsx src/conformance/write.ts\`.

## 1 Overview

DTS stands between the imaging equipment of a hospital and programs that analyse images. It takes in composite
instances by C-STORE and keeps them as they came; when a study is complete it hands the right series to the right
program, checks what the program puts out, and sends the result, or the instances themselves, to PACS and workstations
by C-STORE or DICOMweb. It displays no images and writes no media.

${table(['network service', 'as SCU', 'as SCP'], [
    ['Verification', 'yes', 'yes'],
    [`Storage, every SOP Class of the standard (${STANDARD_STORAGE_SOP_CLASSES.length}, in 4.2.1.6), `
      + 'in any transfer syntax', 'yes', 'yes'],
    [`Storage, private SOP Classes (${PRIVATE_STORAGE_SOP_CLASSES.length} known ones and those that are configured)`,
      'yes', 'yes'],
    ['Storage Commitment (Push Model)', 'yes', 'no'],
    ['Query/Retrieve, Modality Worklist, MPPS, print', 'no', 'no'],
  ])}
Media storage: none. Web services (DICOMweb): Studies Store (STOW-RS) as user agent, 4.2.3; none as origin server.

${table(['this implementation', ''], [
    ['Implementation Class UID', `\`${IMPLEMENTATION_CLASS_UID}\``],
    ['Implementation Version Name', `\`${IMPLEMENTATION_VERSION_NAME}\``],
  ])}
## 2 Contents

1 Overview · 3 Introduction · 4 Networking (4.1 Implementation model, 4.2 Application entities, 4.3 Network interfaces,
4.4 Configuration) · 5 Media interchange · 6 Character sets · 7 Security · 8 Annexes

## 3 Introduction

It is written for whoever connects a device to DTS: administrators of PACS, integrators, vendors. Two devices whose
conformance statements fit each other can exchange objects; whether they do what the site expects must be tried. Words
in \`this type\` that are not UIDs are keys of the configuration, which
[configuration.md](configuration.md) explains; words of the standard are used as the standard has them, and PS3.4,
PS3.7 and so on are its parts. How DTS works inside is told in [INTERNALS.md](INTERNALS.md).
`;
}
