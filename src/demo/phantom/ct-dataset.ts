// The data elements of a phantom image: the CT Image IOD (PS3.3 section A.3), every mandatory module with its Type 1
// and Type 2 elements, and those Type 3 elements that viewers and selection rules look at. Pixels come from elsewhere.

import type { Dataset } from '../../dicom/write.ts';
import { RESCALE_INTERCEPT } from './acquire.ts';
import type { ImagePlan, SeriesPlan } from './series-plan.ts';

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

/** Who and when: the same in every image of a study. */
export type StudyIdentity = {
  readonly PatientID: string;
  readonly PatientName: string;
  readonly AccessionNumber: string;
  readonly StudyInstanceUID: string;
  readonly FrameOfReferenceUID: string;
  /** The study begins; dates and times are written in UTC and say so. */
  readonly startedAt: Date;
};

/** An image that another was computed from. */
export type SourceImage = { readonly SOPInstanceUID: string };

/** Everything but PixelData. `InstanceNumber` counts from 1 within the series. */
export function ctDataset(
  study: StudyIdentity,
  series: SeriesPlan,
  image: ImagePlan,
  identifiers: { SeriesInstanceUID: string; SOPInstanceUID: string; InstanceNumber: number },
  sources: readonly SourceImage[],
): Dataset {
  const taken = new Date(study.startedAt.getTime() + series.startSeconds * 1000 + identifiers.InstanceNumber * 500);
  return {
    ...patientAndStudy(study),
    ...seriesAndEquipment(study, series),
    ...imageModules(series, image, taken),
    ...(series.contrast ? contrastBolus : {}),
    ...(sources.length > 0 ? derivation(sources) : {}),
    ...identifiers,
    SOPClassUID: CT_IMAGE_STORAGE,
    InstanceCreationDate: formatDate(taken),
    InstanceCreationTime: formatTime(taken),
    TimezoneOffsetFromUTC: '+0000',
    SyntheticData: 'YES',
  };
}

function patientAndStudy(study: StudyIdentity): Dataset {
  return {
    PatientName: study.PatientName,
    PatientID: study.PatientID,
    PatientBirthDate: '19610412',
    PatientSex: 'F',
    PatientSize: 1.68,
    PatientWeight: 71,
    PatientComments: 'Generated phantom, not a person',
    StudyInstanceUID: study.StudyInstanceUID,
    StudyDate: formatDate(study.startedAt),
    StudyTime: formatTime(study.startedAt),
    StudyID: 'PHANTOM',
    StudyDescription: 'CT Chest Abdomen',
    AccessionNumber: study.AccessionNumber,
    ReferringPhysicianName: 'Referrer^Rita',
  };
}

function seriesAndEquipment(study: StudyIdentity, series: SeriesPlan): Dataset {
  const start = new Date(study.startedAt.getTime() + series.startSeconds * 1000);
  return {
    Modality: 'CT',
    SeriesNumber: series.SeriesNumber,
    SeriesDate: formatDate(start),
    SeriesTime: formatTime(start),
    SeriesDescription: series.SeriesDescription,
    ProtocolName: 'Chest Abdomen',
    BodyPartExamined: 'CHESTABDOMEN',
    PatientPosition: 'HFS',
    FrameOfReferenceUID: study.FrameOfReferenceUID,
    PositionReferenceIndicator: 'XY',
    Manufacturer: 'Data Transfer Station',
    ManufacturerModelName: 'Phantom',
    InstitutionName: 'Example Hospital',
    StationName: 'PHANTOM',
    DeviceSerialNumber: '1',
    SoftwareVersions: '1',
  };
}

function imageModules(series: SeriesPlan, image: ImagePlan, taken: Date): Dataset {
  const { plane } = image;
  const localizer = series.key === 'localizer';
  return {
    ImageType: series.ImageType,
    AcquisitionNumber: series.key === 'coronal' ? 3 : series.SeriesNumber,
    AcquisitionDate: formatDate(taken),
    AcquisitionTime: formatTime(taken),
    ContentDate: formatDate(taken),
    ContentTime: formatTime(taken),
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
    PixelSpacing: [plane.spacing, plane.spacing],
    ImageOrientationPatient: plane.ImageOrientationPatient,
    ImagePositionPatient: plane.ImagePositionPatient,
    SliceThickness: image.SliceThickness,
    SpacingBetweenSlices: series.SpacingBetweenSlices,
    SliceLocation: sliceLocation(image),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: plane.Rows,
    Columns: plane.Columns,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    RescaleIntercept: RESCALE_INTERCEPT,
    RescaleSlope: 1,
    // A localizer adds up what lies behind each other: its values are no Hounsfield units.
    RescaleType: localizer ? 'US' : 'HU',
    WindowCenter: series.WindowCenter,
    WindowWidth: series.WindowWidth,
    KVP: series.KVP,
    XRayTubeCurrent: series.XRayTubeCurrent,
    ExposureTime: 500,
    Exposure: Math.round((series.XRayTubeCurrent * 500) / 1000),
    ScanOptions: localizer ? 'SCOUT MODE' : 'AXIAL MODE',
    ReconstructionDiameter: plane.Columns * plane.spacing,
    ConvolutionKernel: series.ConvolutionKernel,
    GantryDetectorTilt: 0,
    RotationDirection: localizer ? undefined : 'CW',
  };
}

/** The place along the plane's normal: height of an axial image, depth of a coronal, side of a sagittal one. */
function sliceLocation({ plane }: ImagePlan): number {
  const [x, y, z] = plane.ImagePositionPatient;
  if (plane.ImageOrientationPatient[5] === 0) return z;
  return plane.ImageOrientationPatient[0] === 1 ? y : x;
}

/** Contrast/Bolus module, PS3.3 section C.7.6.4. */
const contrastBolus: Dataset = {
  ContrastBolusAgent: 'Iodinated contrast medium',
  ContrastBolusRoute: 'IV',
  ContrastBolusVolume: 90,
  ContrastBolusTotalDose: 90,
  ContrastFlowRate: 2.5,
  ContrastBolusIngredient: 'IODINE',
  ContrastBolusIngredientConcentration: 350,
};

/** General Reference module, PS3.3 section C.7.6.16 table C.12-1; the purpose is of CID 7202. */
function derivation(sources: readonly SourceImage[]): Dataset {
  return {
    DerivationDescription: 'Coronal multiplanar reformat, mean of 10 mm',
    SourceImageSequence: sources.map(({ SOPInstanceUID }) => ({
      ReferencedSOPClassUID: CT_IMAGE_STORAGE,
      ReferencedSOPInstanceUID: SOPInstanceUID,
      PurposeOfReferenceCodeSequence: [
        {
          CodeValue: '121322',
          CodingSchemeDesignator: 'DCM',
          CodeMeaning: 'Source image for image processing operation',
        },
      ],
    })),
  };
}

function formatDate(instant: Date): string {
  return instant.toISOString().slice(0, 10).replaceAll('-', '');
}

function formatTime(instant: Date): string {
  return instant.toISOString().slice(11, 19).replaceAll(':', '');
}
