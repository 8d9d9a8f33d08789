// The headers of the objects that are sent: of a length and a mixture as scanners write them, so that a receiver which
// reads headers has something to read. About a hundred elements with a sequence among them; the private group is in
// object-template.ts.

import { CT_IMAGE_STORAGE } from '../../network/instances.ts';
import type { Dataset } from '../../../src/dicom/write.ts';

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const MULTI_FRAME_GRAYSCALE_WORD = '1.2.840.10008.5.1.4.1.1.7.3';

/** What an object is, as far as it decides its size. */
export interface ObjectShape {
  readonly modality: 'CT' | 'MR' | 'OT';
  readonly rows: number;
  readonly columns: number;
  /** 1 for a single-frame object. */
  readonly frames: number;
}

export interface ObjectIdentity {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
}

/** Bytes of one frame: 16 bits a pixel. */
export function frameBytes({ rows, columns }: ObjectShape): number {
  return rows * columns * 2;
}

/** `512 x 512`, with the number of frames behind it where there are several. */
export function formatShape({ rows, columns, frames }: ObjectShape): string {
  return `${rows} x ${columns}${frames > 1 ? ` x ${frames}` : ''}`;
}

/** The dataset without its PixelData. */
export function makeHeader(shape: ObjectShape, identity: ObjectIdentity): Dataset {
  return { ...patientAndStudy(identity), ...acquisition(shape), ...image(shape, identity) };
}

function patientAndStudy({ StudyInstanceUID }: ObjectIdentity): Dataset {
  return {
    StudyInstanceUID,
    StudyDate: '20261120', StudyTime: '081530.123000', StudyID: '4711', StudyDescription: 'Thorax routine',
    AccessionNumber: 'A2026112000471', ReferringPhysicianName: 'Consultant^Anna', PatientName: 'Bench^Jane^Maria',
    PatientID: 'BENCH-000471', IssuerOfPatientID: 'HOSPITAL', PatientBirthDate: '19600229', PatientSex: 'F',
    PatientAge: '066Y', PatientSize: 1.68, PatientWeight: 71.5, MedicalAlerts: 'none known', Allergies: 'none known',
    InstitutionName: 'University Hospital', InstitutionAddress: 'Main Street 1', StationName: 'SCANNER01',
    InstitutionalDepartmentName: 'Radiology', PerformingPhysicianName: 'Reader^Robert', OperatorsName: 'Tech^Tina',
    PatientPosition: 'HFS', PatientComments: 'generated, belongs to nobody', RequestingService: 'Oncology',
    RequestedProcedureDescription: 'Thorax with contrast', PerformedProcedureStepStartDate: '20261120',
    PerformedProcedureStepStartTime: '081512', PerformedProcedureStepID: 'PPS4711',
    PerformedProcedureStepDescription: 'Thorax routine',
    RequestAttributesSequence: [{
      RequestedProcedureID: 'RP4711',
      ScheduledProcedureStepID: 'SPS4711',
      ScheduledProcedureStepDescription: 'Thorax with contrast',
      ScheduledProtocolCodeSequence: [{ CodeValue: 'THX1', CodingSchemeDesignator: '99HOSP', CodeMeaning: 'Thorax' }],
    }],
  };
}

function acquisition({ modality }: ObjectShape): Dataset {
  const common: Dataset = {
    Modality: modality, Manufacturer: 'Synthetic', ManufacturerModelName: 'Bench 64', DeviceSerialNumber: '64001',
    SoftwareVersions: ['VA48A', 'SP2'], ProtocolName: 'Thorax^Routine', BodyPartExamined: 'CHEST',
    SeriesDate: '20261120', SeriesTime: '081533.400000', SeriesDescription: 'Thorax 1.0 axial', SeriesNumber: 4,
    AcquisitionDate: '20261120', AcquisitionTime: '081534.250000', AcquisitionNumber: 3,
    ContentDate: '20261120', ContentTime: '081540.000000', InstanceCreationDate: '20261120',
    InstanceCreationTime: '081541.120000', ContrastBolusAgent: 'Contrast 300', Laterality: 'R',
    FrameOfReferenceUID: '1.2.826.0.1.3680043.10.4.9', PositionReferenceIndicator: 'XY',
  };
  switch (modality) {
    case 'CT':
      return {
        ...common, KVP: 120, XRayTubeCurrent: 214, ExposureTime: 500, Exposure: 107, ScanOptions: 'HELIX',
        ConvolutionKernel: 'B31f', DataCollectionDiameter: 500, ReconstructionDiameter: 361.5, GantryDetectorTilt: 0,
        TableHeight: 144, RotationDirection: 'CW', FilterType: '0', GeneratorPower: 26, FocalSpots: 1.2,
        DistanceSourceToDetector: 1040, DistanceSourceToPatient: 570, CTDIvol: 7.3,
      };
    case 'MR':
      return {
        ...common, ScanningSequence: 'SE', SequenceVariant: ['SK', 'SP'], ScanOptions: 'PFP', MRAcquisitionType: '2D',
        SequenceName: '*tse2d1_9', RepetitionTime: 4000, EchoTime: 93, NumberOfAverages: 1,
        ImagingFrequency: 63.67, ImagedNucleus: '1H', EchoNumbers: 1, MagneticFieldStrength: 1.5,
        SpacingBetweenSlices: 4.8, NumberOfPhaseEncodingSteps: 64, EchoTrainLength: 9, PercentSampling: 100,
        PixelBandwidth: 191, FlipAngle: 150, SAR: 0.82,
      };
    case 'OT':
      return common;
  }
}

function image({ modality, rows, columns, frames }: ObjectShape, identity: ObjectIdentity): Dataset {
  const { SOPInstanceUID, SeriesInstanceUID } = identity;
  const common: Dataset = {
    SOPInstanceUID, SeriesInstanceUID, InstanceNumber: 1,
    SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', Rows: rows, Columns: columns,
    BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0, BurnedInAnnotation: 'NO',
    WindowCenter: [50, -600], WindowWidth: [350, 1200], RescaleIntercept: -1024, RescaleSlope: 1, RescaleType: 'HU',
  };
  if (modality === 'OT') {
    return { ...common, SOPClassUID: MULTI_FRAME_GRAYSCALE_WORD, ConversionType: 'SYN', NumberOfFrames: frames };
  }
  return {
    ...common,
    SOPClassUID: modality === 'CT' ? CT_IMAGE_STORAGE : MR_IMAGE_STORAGE,
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], SliceThickness: 1, SliceLocation: -123.5,
    ImagePositionPatient: [-180.2, -180.2, -123.5], ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [0.706, 0.706],
  };
}
